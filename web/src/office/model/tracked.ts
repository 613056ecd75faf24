import type { LookBackPlots } from '../../api/contract';

const WEEK_MS = 7 * 86_400_000;

export interface Tracked {
  /** Weeks since the first purchase of all, at the week's end. */
  week: number;
  /** Its first day. */
  day: string;
  actual: number;
  expected: number;
}

/** The weeks with their days, as they are or summed up. */
export function tracked(plots: Pick<LookBackPlots, 'first_day' | 'weeks'>, summed: boolean): Tracked[] {
  const first = Date.parse(plots.first_day);
  let [actual, expected] = [0, 0];
  return plots.weeks.map((week, place) => {
    actual = summed ? actual + week.actual : week.actual;
    expected = summed ? expected + week.expected : week.expected;
    const day = new Date(first + place * WEEK_MS).toISOString().slice(0, 10);
    return { week: place + 1, day, actual, expected };
  });
}
