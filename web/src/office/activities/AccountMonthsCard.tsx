import { Link, useSearch } from '@tanstack/react-router';
import type { Accounts } from '../../api/contract';
import { useI18n } from '../../i18n/I18n';
import { Card, PlainTable } from '../../ui/Card';
import { Explain } from '../../ui/Explain';
import { Rows } from '../../ui/Rows';
import { paths } from '../paths';

/** The months one by one, and those that were restated since they were closed. */
export function AccountMonthsCard({ accounts }: { accounts: Accounts }) {
  const { t, f } = useI18n();
  const search = useSearch({ from: '/office/activities' });
  const month = (name: string) => f.month(`${name}-01`);
  return (
    <Card
      title={t.activities.months}
      explain={
        <Explain
          subject={t.activities.months}
          definition={t.activities.explainMonths}
          method={t.activities.methodCost}
          date={`${f.day(accounts.from)} – ${f.day(accounts.until)}`}
          population={t.common.customers(accounts.customers)}
        />
      }
    >
      <Rows label={t.activities.months} tall>
        <PlainTable
          label={t.activities.months}
          table={{
            head: [
              t.activities.monthHead,
              t.activities.netHead,
              t.activities.marginHead,
              t.activities.acquireHead,
              t.activities.upkeepHead,
              t.activities.line.cost!,
              t.activities.contributionHead,
              t.activities.customersHead,
            ],
            body: [...accounts.months].reverse().map((one) => [
              <span key={one.month}>
                <Link
                  {...paths.activities({ ...search, from: one.month, until: one.month })}
                  resetScroll={false}
                  className="link"
                >
                  {month(one.month)}
                </Link>{' '}
                {one.is_open && <span className="quiet">{t.activities.openMonth}</span>}
              </span>,
              f.money(one.net),
              f.money(one.margin),
              f.money(one.acquisition),
              f.money(one.upkeep),
              f.money(one.cost),
              f.money(one.contribution),
              f.number(one.customers),
            ]),
          }}
        />
      </Rows>
      {accounts.restatements.length > 0 && (
        <section className="restatements" aria-label={t.activities.restatements}>
          <h3>{t.activities.restatements}</h3>
          <ul className="number">
            {accounts.restatements.map((one) => (
              <li key={`${one.month} ${one.restated_at}`}>
                {t.activities.restatement(
                  month(one.month),
                  f.moment(one.restated_at),
                  t.activities.reasons[one.reason] ?? one.reason,
                  f.money(one.earlier.contribution),
                  f.money(one.later.contribution),
                )}
              </li>
            ))}
          </ul>
        </section>
      )}
    </Card>
  );
}
