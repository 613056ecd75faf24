/** The months that the page looks at, as its address names them. */
import type { MonthSpan } from '../../api/accounts';

const MONTH = /^\d{4}-(0[1-9]|1[0-2])$/;

/** What an address asks for, as far as it names months, and the first does not come after the last. */
export function askedMonths({ from, until }: MonthSpan): MonthSpan {
  const [first, last] = [from, until].map((month) => (month && MONTH.test(month) ? month : undefined));
  const isForward = !first || !last || first <= last;
  return { ...(first && isForward && { from: first }), ...(last && { until: last }) };
}

/** Every month from one to another. */
export function monthsBetween(first: string, last: string): string[] {
  const number = (month: string) => Number(month.slice(0, 4)) * 12 + Number(month.slice(5, 7)) - 1;
  const name = (month: number) => `${Math.floor(month / 12)}-${String((month % 12) + 1).padStart(2, '0')}`;
  const [from, until] = [number(first), number(last)];
  return Array.from({ length: Math.max(0, until - from + 1) }, (_, place) => name(from + place));
}

export const QUICK = ['last12', 'this_year', 'last_year', 'all'] as const;
export type Quick = (typeof QUICK)[number];

/** Usual periods among the months that there are accounts of; those without any are left out. */
export function quickPeriods(first: string, last: string): { name: Quick; months: MonthSpan }[] {
  const year = Number(last.slice(0, 4));
  const periods: { name: Quick; months: MonthSpan }[] = [
    { name: 'last12', months: {} },
    { name: 'this_year', months: { from: `${year}-01`, until: last } },
    { name: 'last_year', months: { from: `${year - 1}-01`, until: `${year - 1}-12` } },
    { name: 'all', months: { from: first, until: last } },
  ];
  return periods.filter(({ months }) => !months.until || months.until >= first);
}

/** Which usual period an address asks for, if any. */
export function quickOf(asked: MonthSpan, first: string, last: string): Quick | null {
  const isSame = ({ months }: { months: MonthSpan }) => months.from === asked.from && months.until === asked.until;
  return quickPeriods(first, last).find(isSame)?.name ?? null;
}
