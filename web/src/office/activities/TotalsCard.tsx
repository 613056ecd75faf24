import type { Accounts } from '../../api/contract';
import { amountOf } from '../../api/money';
import { useI18n } from '../../i18n/I18n';
import { Card } from '../../ui/Card';
import { Explain } from '../../ui/Explain';
import { Rows } from '../../ui/Rows';
import { AssumedMark } from './AssumedMark';
import { BehindLink } from './BehindLink';

/** Lines that are sums of those above them. */
export const SUM_LINES = new Set(['net', 'margin', 'cost', 'contribution']);

/** Lines that rest on margins. */
const OF_MARGIN = new Set(['margin', 'contribution']);

/** Gross to contribution over all customers, to the cent. */
export function TotalsCard({ accounts }: { accounts: Accounts }) {
  const { t, f } = useI18n();
  const line = (name: string) => accounts.lines.find((one) => one.line === name)?.total;
  const net = amountOf(line('net'));
  const isAssumed = (line: string) => accounts.assumed_margin != null && OF_MARGIN.has(line);
  const shown = accounts.lines.filter((one) => SUM_LINES.has(one.line) || amountOf(one.total) !== 0);
  return (
    <Card
      span={7}
      title={t.activities.totals}
      finding={
        net > 0
          ? t.activities.totalsFinding(f.moneyCompact(line('contribution')), f.share(amountOf(line('contribution')) / net))
          : undefined
      }
      explain={
        <Explain
          subject={t.activities.totals}
          definition={t.activities.explainTotals}
          method={t.activities.methodCost}
          date={`${f.day(accounts.from)} – ${f.day(accounts.until)}`}
          population={t.common.customers(accounts.customers)}
        />
      }
    >
      <Rows label={t.activities.totals}>
        <table className="plain number totals" aria-label={t.activities.totals}>
          <thead>
            <tr>
              <th scope="col">{t.activities.lineHead}</th>
              <th scope="col" className="right">
                {t.activities.ofCustomers}
              </th>
              <th scope="col" className="right">
                {t.activities.unallocated}
              </th>
              <th scope="col" className="right">
                {t.activities.totalHead}
              </th>
            </tr>
          </thead>
          <tbody>
            {shown.map((one) => (
              <tr key={one.line} className={SUM_LINES.has(one.line) ? 'sum' : undefined}>
                <th scope="row">
                  {t.activities.line[one.line] ?? one.line}
                  {isAssumed(one.line) && <AssumedMark />}
                </th>
                <td className="right">
                  <BehindLink line={one.line} amount={one.customers} />
                </td>
                <td className="right">
                  {one.line === 'contribution' ? (
                    f.moneyExact(one.unallocated)
                  ) : (
                    <BehindLink line={one.line} of="nobody" amount={one.unallocated} />
                  )}
                </td>
                <td className="right">{f.moneyExact(one.total)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Rows>
    </Card>
  );
}
