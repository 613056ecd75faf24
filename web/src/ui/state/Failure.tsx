import { Button, CopyButton } from '@mantine/core';
import type { ReactNode } from 'react';
import { useI18n } from '../../i18n/I18n';
import './state.css';

interface Props {
  /** What could not be done; a general word when left out. */
  title?: string;
  /** The cause, and what to do about it. */
  cause: string;
  /** What the log calls it. */
  reference?: string | null;
  onRetry?: () => void;
  /** Another way out. */
  children?: ReactNode;
}

/** Something failed: what, why, what is safe, and how to go on. */
export function Failure({ title, cause, reference, onRetry, children }: Props) {
  const { t } = useI18n();
  return (
    <div className="state" role="alert">
      <p className="state-title">{title ?? t.common.failed}</p>
      <p className="state-hint">{cause}</p>
      <div className="state-actions">
        {onRetry && (
          <Button variant="default" onClick={onRetry}>
            {t.common.retry}
          </Button>
        )}
        {children}
      </div>
      {reference && (
        <CopyButton value={reference}>
          {({ copied, copy }) => (
            <Button variant="subtle" color="gray" onClick={copy}>
              {copied ? t.common.copied : t.common.reference(reference)}
            </Button>
          )}
        </CopyButton>
      )}
    </div>
  );
}
