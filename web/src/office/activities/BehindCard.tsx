import { Button } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { Link, useSearch } from '@tanstack/react-router';
import { useEffect, useRef, type ReactNode } from 'react';
import {
  behindCustomersQuery,
  behindFactsAddress,
  behindFactsQuery,
  type FactsOf,
  type MonthSpan,
} from '../../api/accounts';
import type { AccountCustomers, AccountFact, AccountFacts, Accounts } from '../../api/contract';
import { amountOf } from '../../api/money';
import type { Messages } from '../../i18n/en';
import type { Formats } from '../../i18n/formats';
import { useI18n } from '../../i18n/I18n';
import { Card, PlainTable } from '../../ui/Card';
import { Rows } from '../../ui/Rows';
import { Load } from '../Load';
import { paths } from '../paths';
import { LinkButton } from '../shell/LinkButton';
import { lineName } from './BehindLink';
import { unitsText } from './condition';
import { askedMonths } from './months';
import { activityName } from './names';

interface Props {
  accounts: Accounts;
  line: string;
  /** `nobody` or `unpriced` for facts; customers where it is left out. */
  of?: string;
}

/** The rows behind a figure of the page: the customers who make a line, or facts of nobody, or facts without a price. */
export function BehindCard({ accounts, line, of }: Props) {
  const search = useSearch({ from: '/office/activities' });
  const { from, until } = askedMonths(search);
  const months = { ...(from && { from }), ...(until && { until }) };
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    void place.current?.scrollIntoView({ block: 'nearest' });
  }, []);
  return (
    <div className="behind" ref={place}>
      {of === 'nobody' || of === 'unpriced' ? (
        <Facts line={line} of={of} months={months} />
      ) : (
        <Customers accounts={accounts} line={line} months={months} />
      )}
    </div>
  );
}

function Close() {
  const { t } = useI18n();
  const search = useSearch({ from: '/office/activities' });
  return (
    <LinkButton
      {...paths.activities({ ...search, line: undefined, of: undefined })}
      resetScroll={false}
      variant="default"
    >
      {t.activities.closeRows}
    </LinkButton>
  );
}

interface PartProps {
  line: string;
  months: MonthSpan;
}

function Customers({ accounts, line, months }: PartProps & { accounts: Accounts }) {
  const { t, f } = useI18n();
  const query = useInfiniteQuery({ ...behindCustomersQuery(line, months), placeholderData: keepPreviousData });
  const title = t.activities.behind(lineName(line, t));
  const given = query.data;
  return (
    <Card
      title={title}
      finding={given && customersFinding(given, accounts, t, f)}
      actions={<Close />}
    >
      <Load query={query} blocks={[200]}>
        {({ rows, total_rows: all, from, until }) =>
          all === 0 ? null : (
            <Rows
              label={title}
              tall
              part={{
                shown: rows.length,
                all,
                loading: query.isFetching,
                onMore: () => void query.fetchNextPage(),
              }}
            >
              <PlainTable
                label={title}
                table={{
                  texts: [3, 4],
                  head: [
                    t.activities.customerHead,
                    t.activities.amountHead,
                    t.activities.partHead,
                    t.activities.levelHead,
                    t.activities.ownerHead,
                  ],
                  body: rows.map((row) => [
                    row.name == null ? (
                      t.common.unknown
                    ) : (
                      <Link
                        key={row.customer}
                        {...paths.account(row.customer, line, from.slice(0, 7), until.slice(0, 7))}
                        className="link"
                      >
                        {row.name}
                      </Link>
                    ),
                    f.moneyExact(row.amount),
                    f.sharePoint(row.share),
                    row.level ? t.common.level[row.level] : '–',
                    row.owner ?? '–',
                  ]),
                }}
              />
            </Rows>
          )
        }
      </Load>
    </Card>
  );
}

/** What the customers add up to; and what names nobody, where the line's total is more than theirs. */
function customersFinding(given: AccountCustomers, accounts: Accounts, t: Messages, f: Formats): string {
  const { line, from, until, total_rows: all, amount } = given;
  const customers =
    all > 0 ? t.activities.behindFinding(t.common.customers(all), f.moneyExact(amount)) : t.activities.behindNone;
  // While other months are on their way, the one may be of these and the other of those.
  const isSame = accounts.from === from && accounts.until === until;
  const whole =
    accounts.lines.find((one) => one.line === line) ??
    accounts.activities.find((one) => `activity:${one.activity}` === line);
  if (!isSame || !whole || amountOf(whole.unallocated) === 0) return customers;
  return `${customers} ${t.activities.behindUnallocated(f.moneyExact(whole.unallocated), f.moneyExact(whole.total))}`;
}

function Facts({ line, of, months }: PartProps & { of: FactsOf }) {
  const { t, f } = useI18n();
  const query = useInfiniteQuery({ ...behindFactsQuery(of, line, months), placeholderData: keepPreviousData });
  const name = lineName(line, t);
  const title = of === 'nobody' ? t.activities.behindNobody(name) : t.activities.behindUnpriced(name);
  return (
    <Card
      title={title}
      finding={query.data ? factsFinding(query.data, t, f) : t.activities.allFacts}
      actions={
        <>
          {query.data && query.data.total_facts > 0 && (
            <Button
              component="a"
              href={behindFactsAddress(of, line, months)}
              download
              variant="default"
              leftSection={<IconDownload size={14} />}
            >
              {t.equity.exportCsv}
            </Button>
          )}
          <Close />
        </>
      }
    >
      <Load query={query} blocks={[200]}>
        {({ rows: facts, causes, total_rows: all, currency }) => (
          <>
            {causes.length > 0 && (
              <ul className="behind-causes number">
                {causes.map((one) => (
                  <li key={`${one.activity} ${one.cause}`}>
                    {t.activities.causeDays(
                      t.activities.cause[one.cause] ?? one.cause,
                      t.common.facts(one.facts),
                      f.day(one.first),
                      f.day(one.last),
                    )}
                    . {t.activities.remedy[one.cause]}
                  </li>
                ))}
              </ul>
            )}
            {all > 0 && (
              <Rows
                label={title}
                tall
                part={{
                  shown: facts.length,
                  all,
                  loading: query.isFetching,
                  onMore: () => void query.fetchNextPage(),
                }}
              >
                <PlainTable
                  label={title}
                  table={{
                    texts: of === 'nobody' ? [2, 3] : [1, 2, 3, 4],
                    head:
                      of === 'nobody'
                        ? [t.activities.dayHead, t.activities.amountHead, t.activities.whatHead, t.activities.unitsHead]
                        : [
                            t.activities.dayHead,
                            t.activities.customerHead,
                            t.activities.whatHead,
                            t.activities.nameHead,
                            t.activities.causeHead,
                          ],
                    body: facts.map((fact) => row(fact, of, line.startsWith('activity:'), currency, t, f)),
                  }}
                />
              </Rows>
            )}
          </>
        )}
      </Load>
    </Card>
  );
}

function row(fact: AccountFact, of: FactsOf, isOne: boolean, currency: string, t: Messages, f: Formats): ReactNode[] {
  const channel = fact.channel && (t.customer.channel[fact.channel] ?? fact.channel);
  const what = [t.customer.kind[fact.kind] ?? fact.kind, channel, fact.about, fact.document, fact.source];
  const name = fact.customer_name;
  const customer =
    fact.customer == null ? (
      '–'
    ) : name == null ? (
      t.common.unknown
    ) : fact.id == null ? (
      <Link {...paths.customer(fact.customer)} className="link">
        {name}
      </Link>
    ) : (
      <Link {...paths.fact(fact.customer, fact.id)} className="link">
        {name}
      </Link>
    );
  const units = fact.units && fact.driver && unitsText(fact.units, fact.driver, t, f);
  const text = what.filter(Boolean).join(' · ');
  if (of === 'nobody') {
    return [f.day(fact.day), f.moneyFine({ amount: fact.amount ?? '0', currency }), text, units || '–'];
  }
  const cause = t.activities.cause[fact.cause ?? ''] ?? fact.cause;
  // Where one activity is asked for, its column says nothing.
  const activity = isOne ? '–' : activityName(fact.activity ?? '', t);
  return [f.day(fact.day), customer, text, activity, cause];
}

type Told = Pick<AccountFacts, 'of' | 'total_facts' | 'exact' | 'amount' | 'currency'>;

function factsFinding({ of, total_facts: all, exact, amount, currency }: Told, t: Messages, f: Formats): string {
  if (all === 0) return t.activities.behindFactsNone;
  const facts = t.common.facts(all);
  if (of === 'unpriced') return t.activities.behindUnpricedFinding(facts);
  return t.activities.behindNobodyFinding(facts, f.moneyFine({ amount: exact ?? '0', currency }), f.moneyExact(amount));
}
