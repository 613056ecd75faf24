import { Link } from '@tanstack/react-router';
import type { Accounts, Catalogue } from '../../api/contract';
import { sumOf } from '../../api/money';
import { useI18n } from '../../i18n/I18n';
import { Explain } from '../../ui/Explain';
import { Figure } from '../../ui/Figure';
import { useBehind } from './BehindLink';

interface Props {
  accounts: Accounts;
  state: Catalogue;
}

/** The strip on top: what it all cost, how much of it is assumed, unused or in nobody's account. */
export function ActivityFigures({ accounts, state }: Props) {
  const { t, f } = useI18n();
  const behind = useBehind();
  const line = (name: string) => accounts.lines.find((one) => one.line === name);
  const cost = line('cost');
  const assumed = accounts.activities.filter((one) => one.assumed);
  const count = state.activities.filter((one) => !one.confirmed).length;
  const assumedCost = sumOf(
    assumed.map((one) => one.total),
    accounts.currency,
  );
  const help = (subject: string, definition: string, method?: string) => (
    <Explain
      subject={subject}
      definition={definition}
      method={method}
      date={`${f.day(accounts.from)} – ${f.day(accounts.until)}`}
      population={t.common.customers(accounts.customers)}
    />
  );
  return (
    <dl className="figures">
      <Figure
        label={t.activities.cost(accounts.months.length)}
        explain={help(t.activities.cost(accounts.months.length), t.activities.explainCost, t.activities.methodCost)}
        value={
          <Link {...behind('cost')} title={f.moneyExact(cost?.total)} className="link">
            {f.moneyKey(cost?.total)}
          </Link>
        }
        detail={t.activities.costDetail(f.moneyKey(line('margin')?.total), f.day(accounts.from), f.day(accounts.until))}
      />
      <Figure
        label={t.activities.assumed}
        explain={help(t.activities.assumed, t.activities.explainAssumed)}
        value={f.number(count)}
        detail={count > 0 ? t.activities.assumedDetail(f.moneyKey(assumedCost)) : t.activities.assumedNone}
      />
      <Figure
        label={t.activities.unused}
        explain={help(t.activities.unused, t.activities.explainUnused, t.activities.methodUnused)}
        value={<span title={f.moneyExact(accounts.unused)}>{f.moneyKey(accounts.unused)}</span>}
        detail={t.activities.unusedDetail}
      />
      <Figure
        label={t.activities.unallocated}
        explain={help(t.activities.unallocated, t.activities.explainUnallocated)}
        value={
          <Link {...behind('cost', 'nobody')} title={f.moneyExact(cost?.unallocated)} className="link">
            {f.moneyKey(cost?.unallocated)}
          </Link>
        }
        detail={t.activities.unallocatedDetail}
      />
    </dl>
  );
}
