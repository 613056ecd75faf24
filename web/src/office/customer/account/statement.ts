import type { AccountPeriod, CustomerAccount } from '../../../api/contract';
import { amountOf } from '../../../api/money';
import type { Messages } from '../../../i18n/en';
import type { Formats } from '../../../i18n/formats';

export interface StatementRow {
  /** As the server names the line: `net`, or `activity:Visit`. */
  line: string;
  /** The activity behind it, with whether it is assumed. */
  activity?: { name: string; assumed: boolean };
  isSum: boolean;
}

const SUMS = new Set(['net', 'margin', 'cost', 'contribution']);

/** The rows of a statement: lines in which something stands, each kind of cost with its activities under it. */
export function statementRows({ total }: CustomerAccount): StatementRow[] {
  return total.lines.flatMap(({ line, amount }) => {
    const isSum = SUMS.has(line);
    const activities = total.activities.filter((one) => one.cost_kind === line);
    if (!isSum && amountOf(amount) === 0 && activities.length === 0) return [];
    return [
      { line, isSum },
      ...activities.map((one) => ({
        line: `activity:${one.activity}`,
        activity: { name: one.activity, assumed: one.assumed },
        isSum: false,
      })),
    ];
  });
}

/** What stands in a row in a period; null where nothing does. */
export function amountIn(period: AccountPeriod, row: StatementRow) {
  if (row.activity) return period.activities.find((one) => one.activity === row.activity!.name)?.amount ?? null;
  return period.lines.find((one) => one.line === row.line)?.amount ?? null;
}

/** "Mar 2025", "Q1 2025", "2025". */
export function periodName(period: string, t: Messages, f: Formats): string {
  if (period === 'total') return t.account.total;
  const quarter = /^(\d{4})-Q(\d)$/.exec(period);
  if (quarter) return t.account.quarter(quarter[2]!, quarter[1]!);
  return /^\d{4}-\d{2}$/.test(period) ? f.monthShort(`${period}-01`) : period;
}
