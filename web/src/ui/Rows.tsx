import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { useI18n } from '../i18n/I18n';
import './Rows.css';

interface Part {
  shown: number;
  all: number;
  loading: boolean;
  onMore?: () => void;
}

interface Props {
  /** What the rows are, for readers who do not see the card around them. */
  label: string;
  /** Scrolls within itself where the rows are many. */
  tall?: boolean;
  /** How many of how many are shown, and the way to more of them. */
  part?: Part;
  children: ReactNode;
}

/** A table that may be wider or longer than its card: it scrolls in itself, also by keyboard, and grows on demand. */
export function Rows({ label, tall = false, part, children }: Props) {
  const { t } = useI18n();
  return (
    <>
      <div className={tall ? 'rows tall' : 'rows'} role="region" aria-label={t.common.tableOf(label)} tabIndex={0}>
        {children}
      </div>
      {part && part.all > 0 && <RowsFoot {...part} />}
    </>
  );
}

/** How many of how many are shown, and the button for more. */
export function RowsFoot({ shown, all, loading, onMore }: Part) {
  const { t, f } = useI18n();
  return (
    <div className="rows-foot">
      <span className="quiet small number">{t.common.shown(f.number(shown), f.number(all))}</span>
      {onMore && shown < all && (
        <Button variant="default" loading={loading} onClick={onMore}>
          {t.common.more}
        </Button>
      )}
    </div>
  );
}
