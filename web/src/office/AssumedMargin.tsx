import { Link } from '@tanstack/react-router';
import type { AssumedMargin as Assumed } from '../api/contract';
import { useI18n } from '../i18n/I18n';
import { paths } from './paths';

/** Says that margins were assumed, of how many lines and customers, and where to mend it; nothing where all were told. */
export function AssumedMargin({ of }: { of?: Assumed | null }) {
  const { t, f } = useI18n();
  if (!of) return null;
  const percents = of.percents.map((one) => f.share(one.percent / 100)).join(', ');
  return (
    <p className="small quiet assumed-margin" role="note">
      {t.account.assumedMargin(percents, of.lines, of.customers)}{' '}
      <Link {...paths.imports()} className="link">
        {t.account.assumedMarginMend}
      </Link>
    </p>
  );
}
