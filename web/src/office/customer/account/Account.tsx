import { SegmentedControl } from '@mantine/core';
import { IconQuestionMark } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { customerAccountQuery, type By } from '../../../api/accounts';
import type { AccountPeriod, CustomerAccount } from '../../../api/contract';
import { useI18n } from '../../../i18n/I18n';
import { Explain } from '../../../ui/Explain';
import { Rows } from '../../../ui/Rows';
import { Empty } from '../../../ui/state/Empty';
import { askedMonths } from '../../activities/months';
import { activityName } from '../../activities/names';
import { AssumedMargin } from '../../AssumedMargin';
import { Load } from '../../Load';
import './account.css';
import { LineFacts } from './LineFacts';
import { amountIn, periodName, statementRows, type StatementRow } from './statement';

const route = getRouteApi('/office/customers/$id');
const WAYS: By[] = ['month', 'quarter', 'year'];

/** What this customer brought and cost, per period; each number opens the facts that it is the sum of. */
export function Account({ id }: { id: string }) {
  const { t, f } = useI18n();
  const navigate = useNavigate();
  const search = route.useSearch();
  const by = WAYS.find((way) => way === search.by) ?? 'quarter';
  const query = useQuery({ ...customerAccountQuery(id, by, askedMonths(search)), placeholderData: keepPreviousData });
  const account = query.data;
  const contribution = account?.total.lines.find((one) => one.line === 'contribution')?.amount;
  const period = account && [...account.periods, account.total].find((one) => one.period === search.period);
  return (
    <section className="customer-account" aria-labelledby="account-title">
      <header className="row wrap">
        <div className="grow">
          <div className="row">
            <h2 id="account-title">{t.account.title}</h2>
            <Explain
              subject={t.account.title}
              definition={t.account.explain}
              method={t.account.method}
              date={account ? `${f.day(account.from)} – ${f.day(account.until)}` : undefined}
            />
          </div>
          {account && contribution && (
            <p className="finding number">
              {t.account.finding(f.moneyExact(contribution), f.day(account.from), f.day(account.until))}{' '}
              {account.assumed && t.account.assumedNote} {account.stale && t.account.staleNote}
            </p>
          )}
        </div>
        <SegmentedControl
          aria-label={t.account.by}
          value={by}
          onChange={(way) =>
            void navigate({
              to: '/customers/$id',
              params: { id },
              search: { ...search, by: way, line: undefined, period: undefined },
              replace: true,
              resetScroll: false,
            })
          }
          data={WAYS.map((way) => ({ value: way, label: t.account.bys[way] ?? way }))}
        />
      </header>
      <Load query={query} blocks={[320]}>
        {(given) =>
          given && given.periods.length > 0 ? (
            <>
              <AssumedMargin of={given.assumed_margin} />
              <Statement id={id} account={given} />
              {search.line && period && (
                <LineFacts key={`${search.line} ${period.period}`} id={id} line={search.line} period={period} />
              )}
            </>
          ) : (
            <Empty title={t.account.none} hint={t.account.noneHint} />
          )
        }
      </Load>
    </section>
  );
}

function Statement({ id, account }: { id: string; account: CustomerAccount }) {
  const { t, f } = useI18n();
  const periods = [...account.periods, account.total];
  return (
    <Rows label={t.account.title}>
      <table className="plain number account-table" aria-label={t.account.title}>
        <thead>
          <tr>
            <th scope="col">{t.account.lineHead}</th>
            {periods.map((one) => (
              <th key={one.period} scope="col" className="right">
                {periodName(one.period, t, f)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {statementRows(account).map((row) => (
            <tr key={row.line} className={row.isSum ? 'sum' : row.activity ? 'under' : undefined}>
              <th scope="row">
                {row.activity ? activityName(row.activity.name, t) : (t.activities.line[row.line] ?? row.line)}
                {row.activity?.assumed && (
                  <IconQuestionMark size={12} className="quiet" aria-label={t.activities.isAssumed} />
                )}
              </th>
              {periods.map((one) => (
                <td key={one.period} className="right">
                  <Cell id={id} row={row} period={one} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Rows>
  );
}

function Cell({ id, row, period }: { id: string; row: StatementRow; period: AccountPeriod }) {
  const { t, f } = useI18n();
  const search = route.useSearch();
  const amount = amountIn(period, row);
  if (!amount || Number(amount.amount) === 0) return <span className="quiet">–</span>;
  const name = row.activity ? activityName(row.activity.name, t) : (t.activities.line[row.line] ?? row.line);
  const text = f.moneyExact(amount);
  const isOpen = search.line === row.line && search.period === period.period;
  return (
    <Link
      to="/customers/$id"
      params={{ id }}
      search={{ ...search, line: row.line, period: period.period }}
      replace
      resetScroll={false}
      className={isOpen ? 'account-cell open' : 'account-cell'}
      aria-label={t.account.openCell(name, periodName(period.period, t, f), text)}
    >
      {text}
    </Link>
  );
}
