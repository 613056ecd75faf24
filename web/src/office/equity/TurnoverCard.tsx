import { SegmentedControl } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { turnoverQuery } from '../../api/equity';
import type { TurnoverRow, Turnover } from '../../api/contract';
import type { Messages } from '../../i18n/en';
import type { Formats } from '../../i18n/formats';
import { useI18n } from '../../i18n/I18n';
import { Card, PlainTable } from '../../ui/Card';
import { Explain } from '../../ui/Explain';
import { Rows } from '../../ui/Rows';
import { Load } from '../Load';
import { paths } from '../paths';
import { partName } from './parts';
import type { Period } from './period';

const WAYS = ['month', 'level', 'source', 'kind', 'owner'];

/** Acquired against lost, in heads and in value, between the statement's dates. */
export function TurnoverCard({ period }: { period: Period }) {
  const { t, f } = useI18n();
  const search = useSearch({ from: '/office/equity' });
  const navigate = useNavigate();
  const by = WAYS.find((way) => way === search.by) ?? 'month';
  const query = useQuery({ ...turnoverQuery(by, period.from, period.until), placeholderData: keepPreviousData });
  const given = query.data;
  return (
    <Card
      title={t.equity.turnover}
      finding={given && turnoverFinding(given, t, f)}
      explain={
        <Explain
          subject={t.equity.turnover}
          definition={t.equity.explainTurnover}
          method={given && t.equity.methodLost(f.share(given.lost_below))}
          date={t.equity.asOf(f.day(period.from), f.day(period.until))}
          population={
            given && t.equity.turnoverPopulation(t.common.customers(given.customers_opening), f.day(given.from))
          }
        />
      }
      actions={
        <SegmentedControl
          aria-label={t.equity.by}
          value={by}
          onChange={(way) =>
            void navigate({ to: '/equity', search: { ...search, by: way }, replace: true, resetScroll: false })
          }
          data={WAYS.map((way) => ({ value: way, label: t.equity.bys[way] ?? way }))}
        />
      }
    >
      <Load query={query} blocks={[200]}>
        {({ rows, total }) => (
          <Rows label={t.equity.turnover} tall>
            <PlainTable label={t.equity.turnover} table={{ head: head(by, t), body: body(by, rows, total, t, f) }} />
          </Rows>
        )}
      </Load>
    </Card>
  );
}

function turnoverFinding({ total }: Turnover, t: Messages, f: Formats): string {
  const heads = t.equity.turnoverFinding(total.acquired, total.returned, total.lost);
  const [came, returned, lost] = [total.acquired_value, total.returned_value, total.lost_value].map(f.moneyCompact);
  return `${heads} ${t.equity.turnoverValue(came!, returned!, lost!, f.moneyChangeCompact(total.net_value))}`;
}

function head(by: string, t: Messages): string[] {
  const { bys, acquiredHead, returnedHead, lostHead, netHead } = t.equity;
  const { acquiredValueHead, returnedValueHead, lostValueHead, netValueHead } = t.equity;
  const heads = [acquiredHead, returnedHead, lostHead, netHead];
  return [bys[by] ?? by, ...heads, acquiredValueHead, returnedValueHead, lostValueHead, netValueHead];
}

function body(by: string, rows: TurnoverRow[], total: TurnoverRow, t: Messages, f: Formats) {
  const acquired = ({ key, acquired, acquired_line }: TurnoverRow) =>
    acquired_line ? (
      <Link
        key={key}
        {...paths.equity(acquired_line)}
        resetScroll={false}
        className="link"
        aria-label={t.equity.openLine(t.equity.lines[acquired_line.line] ?? acquired_line.line, f.number(acquired))}
      >
        {f.number(acquired)}
      </Link>
    ) : (
      f.number(acquired)
    );
  const figures = (turn: TurnoverRow) => [
    acquired(turn),
    f.number(turn.returned),
    f.number(turn.lost),
    f.numberChange(turn.net),
    f.money(turn.acquired_value),
    f.money(turn.returned_value),
    f.money(turn.lost_value),
    f.moneyChange(turn.net_value),
  ];
  const named = (turn: TurnoverRow) =>
    by === 'month' ? f.month(`${turn.key}-01`) : partName(by, turn.key, t);
  return [
    ...rows.map((turn) => [named(turn), ...figures(turn)]),
    [t.equity.totalRow, ...figures(total)].map((cell, place) => <strong key={place}>{cell}</strong>),
  ];
}
