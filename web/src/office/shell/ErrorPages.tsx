import { useRouter, type ErrorComponentProps } from '@tanstack/react-router';
import { errorReference, errorText } from '../../i18n/errorText';
import { useI18n } from '../../i18n/I18n';
import { Empty } from '../../ui/state/Empty';
import { Failure } from '../../ui/state/Failure';
import { paths } from '../paths';
import { LinkButton } from './LinkButton';

/** An address that names nothing. */
export function UnknownPage() {
  const { t } = useI18n();
  return (
    <main>
      <Empty title={t.shell.notFound} hint={t.shell.notFoundHint}>
        <LinkButton {...paths.portfolio()} variant="default">
          {t.shell.toPortfolio}
        </LinkButton>
      </Empty>
    </main>
  );
}

/** A page that could not be drawn: most often the server does not answer. */
export function BrokenPage({ error, reset }: ErrorComponentProps) {
  const { t } = useI18n();
  const router = useRouter();
  const retry = () => {
    reset();
    void router.invalidate();
  };
  return (
    <main>
      <Failure
        cause={`${errorText(error, t)} ${t.common.safe}`}
        reference={errorReference(error)}
        onRetry={retry}
      />
    </main>
  );
}

/** A page for which this person lacks the right: nothing of it is shown. */
export function NotAllowedPage() {
  const { t } = useI18n();
  return (
    <Empty title={t.shell.notAllowed} hint={t.errors.not_allowed}>
      <LinkButton {...paths.portfolio()} variant="default">
        {t.shell.toPortfolio}
      </LinkButton>
    </Empty>
  );
}
