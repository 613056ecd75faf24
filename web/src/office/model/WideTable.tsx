import type { ReactNode } from 'react';
import { useI18n } from '../../i18n/I18n';

interface Props {
  label: string;
  /** Its last two columns are sentences. */
  prose?: boolean;
  children: ReactNode;
}

/** A table that may be wider than its card: it scrolls in itself, also by keyboard. */
export function WideTable({ label, prose = false, children }: Props) {
  const { t } = useI18n();
  return (
    <div className={prose ? 'wide-table prose' : 'wide-table'} role="region" aria-label={t.common.tableOf(label)} tabIndex={0}>
      {children}
    </div>
  );
}
