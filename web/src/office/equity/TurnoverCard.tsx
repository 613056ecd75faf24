import { SegmentedControl } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { turnoverQuery } from '../../api/equity';
import type { TurnoverRow } from '../../api/draft';
import { lessOf, sumOf } from '../../api/money';
import type { Level } from '../../api/contract';
import type { Messages } from '../../i18n/en';
import type { Formats } from '../../i18n/formats';
import { useI18n } from '../../i18n/I18n';
import { Card, PlainTable } from '../../ui/Card';
import { Explain } from '../../ui/Explain';
import { Rows } from '../../ui/Rows';
import { Load } from '../Load';

const WAYS = ['month', 'level', 'source'];

/** Acquired against lost, in heads and in value. */
export function TurnoverCard() {
  const { t, f } = useI18n();
  const search = useSearch({ from: '/office/equity' });
  const navigate = useNavigate();
  const by = WAYS.find((way) => way === search.by) ?? 'month';
  const query = useQuery({ ...turnoverQuery(by), placeholderData: keepPreviousData });
  const rows = query.data?.rows;
  return (
    <Card
      title={t.equity.turnover}
      finding={rows && rows.length > 0 ? turnoverFinding(rows, t, f) : undefined}
      explain={<Explain subject={t.equity.turnover} definition={t.equity.explainTurnover} />}
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
        {({ rows }) => (
          <Rows label={t.equity.turnover} tall>
            <PlainTable label={t.equity.turnover} table={{ head: head(by, t), body: body(by, rows, t, f) }} />
          </Rows>
        )}
      </Load>
    </Card>
  );
}

function turnoverFinding(rows: TurnoverRow[], t: Messages, f: Formats): string {
  const count = (which: 'acquired' | 'lost') => f.number(rows.reduce((sum, row) => sum + row[which], 0));
  const currency = rows[0]!.acquired_value.currency;
  const value = (which: 'acquired_value' | 'lost_value') =>
    f.moneyCompact(
      sumOf(
        rows.map((row) => row[which]),
        currency,
      ),
    );
  const heads = t.equity.turnoverFinding(count('acquired'), count('lost'));
  return `${heads} ${t.equity.turnoverValue(value('acquired_value'), value('lost_value'))}`;
}

function head(by: string, t: Messages): string[] {
  const { bys, acquiredHead, lostHead, netHead, acquiredValueHead, lostValueHead, netValueHead } = t.equity;
  return [bys[by] ?? by, acquiredHead, lostHead, netHead, acquiredValueHead, lostValueHead, netValueHead];
}

function body(by: string, rows: TurnoverRow[], t: Messages, f: Formats) {
  const name = (key: string) => {
    if (by === 'month') return f.month(`${key.slice(0, 7)}-01`);
    if (by === 'level') return t.common.level[key as Level] ?? t.common.noLevel;
    return key;
  };
  return rows.map((row) => [
    name(row.key),
    f.number(row.acquired),
    f.number(row.lost),
    f.numberChange(row.acquired - row.lost),
    f.money(row.acquired_value),
    f.money(row.lost_value),
    f.moneyChange(lessOf(row.acquired_value, row.lost_value)),
  ]);
}
