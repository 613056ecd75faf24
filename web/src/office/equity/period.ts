/** The two month ends that a statement lies between. */
export interface Period {
  from: string;
  until: string;
}

/** The dates asked for where they are known; else the last month end and the one twelve before it. */
export function chosenPeriod(days: string[], asked: { from?: string; until?: string }): Period | null {
  if (days.length < 2) return null;
  const known = (day: string | undefined) => (day && days.includes(day) ? day : undefined);
  const until = known(asked.until) ?? days.at(-1)!;
  const at = days.indexOf(until);
  if (at === 0) return { from: days[0]!, until: days[1]! };
  const from = known(asked.from);
  return { from: from && from < until ? from : days[Math.max(0, at - 12)]!, until };
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
