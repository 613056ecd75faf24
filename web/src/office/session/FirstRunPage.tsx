import { Button, PasswordInput, Select, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useRef, useState, type FormEvent } from 'react';
import { ApiError } from '../../api/client';
import type { Session } from '../../api/contract';
import { completeFirstRun, sessionQuery } from '../../api/session';
import { errorText } from '../../i18n/errorText';
import { useI18n } from '../../i18n/I18n';
import type { Messages } from '../../i18n/en';
import { CURRENCIES, withChosen } from '../currencies';
import { Load } from '../Load';
import { EntryPage } from './EntryPage';
import { isEmail, PASSWORD_LENGTH } from './rules';
import { useEnter } from './useEnter';

const route = getRouteApi('/first-run');

interface Form {
  name: string;
  email: string;
  password: string;
  company: string;
  currency: string;
}

type Problems = Partial<Record<keyof Form, string>>;

/** Makes the administrator and the company, once, with the token that the console showed. */
export function FirstRunPage() {
  const { t } = useI18n();
  const { token } = route.useSearch();
  const [session, setSession] = useState<Session | null>(null);
  const asked = useQuery(sessionQuery);
  if (session) return <Ready session={session} />;
  if (!token) return <EntryPage title={t.session.noToken} text={t.session.noTokenHint} />;
  return (
    <Load query={asked} blocks={[340]}>
      {(before) => <Setup token={token} settled={before.settled_currency ?? null} onDone={setSession} />}
    </Load>
  );
}

interface Props {
  token: string;
  /** The currency of the sales that are there already; it is not asked then. */
  settled: string | null;
  onDone: (session: Session) => void;
}

function Setup({ token, settled, onDone }: Props) {
  const { t } = useI18n();
  const form = useRef<HTMLFormElement>(null);
  const [values, setValues] = useState<Form>({
    name: '',
    email: '',
    password: '',
    company: '',
    currency: settled ?? 'EUR',
  });
  const [problems, setProblems] = useState<Problems>({});
  const attempt = useMutation({
    mutationFn: () => completeFirstRun({ token, ...values, email: values.email.trim() }),
    onSuccess: onDone,
    onError: (error) => {
      if (error instanceof ApiError && error.field && error.field in values) show({ [error.field]: errorText(error, t) });
    },
  });

  const show = (found: Problems) => {
    setProblems(found);
    const first = Object.keys(found)[0];
    if (first) form.current?.querySelector<HTMLInputElement>(`[name="${first}"]`)?.focus();
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const found = check(values, t);
    show(found);
    if (Object.keys(found).length === 0) attempt.mutate();
  };
  const field = (name: keyof Form) => ({
    name,
    size: 'sm',
    value: values[name],
    error: problems[name],
    onChange: (event: { currentTarget: { value: string } }) =>
      setValues({ ...values, [name]: event.currentTarget.value }),
  });

  return (
    <EntryPage title={t.session.welcome} text={t.session.welcomeText}>
      <form ref={form} onSubmit={submit} noValidate>
        {Object.keys(problems).length > 0 && (
          <p className="form-problem" role="alert">
            {t.session.problems}
          </p>
        )}
        {attempt.isError && Object.keys(problems).length === 0 && (
          <p className="form-problem" role="alert">
            {errorText(attempt.error, t)}
          </p>
        )}
        <h2>{t.session.you}</h2>
        <TextInput label={t.session.yourName} autoComplete="name" autoFocus {...field('name')} />
        <TextInput label={t.session.email} type="email" autoComplete="username" {...field('email')} />
        <PasswordInput
          label={t.session.password}
          description={t.session.passwordRule}
          autoComplete="new-password"
          {...field('password')}
        />
        <h2>{t.session.company}</h2>
        <TextInput label={t.session.companyName} autoComplete="organization" {...field('company')} />
        <Select
          label={t.session.currency}
          description={settled ? t.session.currencySettled : t.session.currencyHint}
          size="sm"
          searchable
          allowDeselect={false}
          disabled={settled !== null}
          error={problems.currency}
          data={withChosen(CURRENCIES, values.currency)}
          value={values.currency}
          onChange={(currency) => setValues({ ...values, currency: currency ?? 'EUR' })}
        />
        <Button type="submit" size="sm" loading={attempt.isPending}>
          {t.session.create}
        </Button>
      </form>
    </EntryPage>
  );
}

function Ready({ session }: { session: Session }) {
  const { t } = useI18n();
  const enter = useEnter();
  return (
    <EntryPage
      title={t.session.ready(session.company?.name ?? '')}
      text={session.has_facts ? t.session.readyFilled : t.session.readyText}
    >
      {session.has_facts ? (
        <>
          <Button size="sm" onClick={() => void enter(session)}>
            {t.shell.toPortfolio}
          </Button>
          <Button size="sm" variant="default" onClick={() => void enter(session, '/imports/new')}>
            {t.session.importMore}
          </Button>
        </>
      ) : (
        <>
          <Button size="sm" onClick={() => void enter(session, '/imports/new')}>
            {t.session.importFirst}
          </Button>
          <Button size="sm" variant="default" onClick={() => void enter(session)}>
            {t.shell.toPortfolio}
          </Button>
        </>
      )}
      <p className="quiet small">{t.session.demoHint}</p>
      <code className="entry-command">clientela demo --data demo</code>
    </EntryPage>
  );
}

function check(values: Form, t: Messages): Problems {
  const problems: Problems = {};
  if (!values.name.trim()) problems.name = t.session.required;
  if (!isEmail(values.email)) problems.email = t.session.badEmail;
  if (values.password.length < PASSWORD_LENGTH) problems.password = t.session.passwordShort;
  if (!values.company.trim()) problems.company = t.session.required;
  return problems;
}
