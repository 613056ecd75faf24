/** The two month ends that a statement lies between. */
export interface Period {
  from: string;
  until: string;
}

/** The dates asked for where they are known; else the last month end and the one nearest to a year before it. */
export function chosenPeriod(days: string[], asked: { from?: string; until?: string }): Period | null {
  if (days.length < 2) return null;
  const known = (day: string | undefined) => (day && days.includes(day) ? day : undefined);
  const until = known(asked.until) ?? days.at(-1)!;
  const at = days.indexOf(until);
  if (at === 0) return { from: days[0]!, until: days[1]! };
  const from = known(asked.from);
  return { from: from && from < until ? from : yearBefore(days.slice(0, at), until), until };
}

/** The day nearest to one year before, the earlier of two that are as near: the server's rule for the home page. */
export function yearBefore(days: string[], until: string): string {
  const year = dayBefore(until, 12);
  const apart = (day: string) => Math.abs(Date.parse(day) - year);
  return days.reduce((nearest, day) => (apart(day) < apart(nearest) ? day : nearest));
}

/** The moment so many months before a day, at its month's end where that month is shorter. */
function dayBefore(day: string, months: number): number {
  const [year, month, date] = day.split('-').map(Number) as [number, number, number];
  const last = new Date(Date.UTC(year, month - months, 0)).getUTCDate();
  return Date.UTC(year, month - 1 - months, Math.min(date, last));
}

/** Whole months between two month ends. */
export function monthsBetween({ from, until }: Period): number {
  const month = (day: string) => Number(day.slice(0, 4)) * 12 + Number(day.slice(5, 7));
  return month(until) - month(from);
}

/** Every day that a statement can begin or end on. */
export function monthEnds(months: Period[]): string[] {
  return months.length === 0 ? [] : [months[0]!.from, ...months.map((month) => month.until)];
}
