import { Button, PasswordInput, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useEffect, useRef, useState, type FormEvent } from 'react';
import { sessionQuery, signIn, signInByLink } from '../../api/session';
import { errorText } from '../../i18n/errorText';
import { useI18n } from '../../i18n/I18n';
import { paths } from '../paths';
import { LinkButton } from '../shell/LinkButton';
import { EntryPage } from './EntryPage';
import { useEnter } from './useEnter';

const route = getRouteApi('/sign-in');

/** Signs in with a password, or by the one-time link that the server printed. */
export function SignInPage() {
  const { token, next } = route.useSearch();
  return token ? <ByLink token={token} next={next} /> : <ByPassword next={next} />;
}

function ByLink({ token, next }: { token: string; next?: string }) {
  const { t } = useI18n();
  const enter = useEnter();
  const attempt = useMutation({ mutationFn: signInByLink, onSuccess: (session) => enter(session, next) });
  const sent = useRef(false);

  useEffect(() => {
    if (sent.current) return;
    sent.current = true;
    attempt.mutate(token);
  }, [attempt, token]);

  if (!attempt.isError) return <EntryPage title={t.session.byLink} />;
  return (
    <EntryPage title={t.session.linkFailed} text={t.session.linkHint}>
      <LinkButton {...paths.signIn()}>{t.session.usePassword}</LinkButton>
    </EntryPage>
  );
}

function ByPassword({ next }: { next?: string }) {
  const { t } = useI18n();
  const enter = useEnter();
  const company = useQuery(sessionQuery).data?.company;
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const attempt = useMutation({
    mutationFn: () => signIn(email.trim(), password),
    onSuccess: (session) => enter(session, next),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    attempt.mutate();
  };

  return (
    <EntryPage title={company ? t.session.signInTo(company.name) : t.session.signIn}>
      <form onSubmit={submit}>
        {attempt.isError && (
          <p className="form-problem" role="alert">
            {errorText(attempt.error, t)}
          </p>
        )}
        <TextInput
          label={t.session.email}
          type="email"
          autoComplete="username"
          size="sm"
          required
          withAsterisk={false}
          autoFocus
          value={email}
          onChange={(event) => setEmail(event.currentTarget.value)}
        />
        <PasswordInput
          label={t.session.password}
          autoComplete="current-password"
          size="sm"
          required
          withAsterisk={false}
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        <Button type="submit" size="sm" loading={attempt.isPending}>
          {t.session.signIn}
        </Button>
      </form>
      <p className="quiet small">{t.session.noAccount}</p>
    </EntryPage>
  );
}
