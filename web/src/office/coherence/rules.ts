import type { BargainLimits, LevelRule, LevelRules } from '../../api/contract';

export type Ruled = 'value' | 'investment' | 'class';
export type Way = LevelRule['by'];

export const RULED: Ruled[] = ['value', 'investment', 'class'];
export const WAYS: Way[] = ['share', 'quantile', 'amount'];

/** The boundaries of a rule as a person edits them: per cent for shares, units of the currency for amounts. */
export function boundaries(rule: LevelRule): number[] {
  return rule.by === 'amount' ? rule.amounts.map(Number) : rule.shares.map((share) => Math.round(share * 1e6) / 1e4);
}

/** A rule from what a person wrote. */
export function ruleFrom(way: Way, numbers: number[]): LevelRule {
  if (way === 'amount') return { by: 'amount', amounts: numbers.map(String) };
  return { by: way, shares: numbers.map((percent) => Math.round(percent * 1e4) / 1e6) };
}

/** Boundaries to begin with when another way of cutting is chosen. */
export function usualBoundaries(way: Way, count: number, usual: LevelRule): number[] {
  if (usual.by === way) return boundaries(usual);
  if (way === 'amount') return [10_000, 1_000, 100, 10].slice(0, count);
  return count === 3 ? [20, 50, 100] : [5, 20, 50, 80];
}

/** Why numbers are no boundaries, or null: shares have to rise, amounts have to fall. */
export function boundaryProblem(way: Way, numbers: number[]): 'rise' | 'fall' | null {
  const pairs = numbers.slice(1).map((number, at) => [numbers[at]!, number] as const);
  if (way === 'amount') return pairs.every(([before, after]) => after < before) ? null : 'fall';
  const within = numbers.every((number) => number > 0 && number <= 100);
  return within && pairs.every(([before, after]) => after > before) ? null : 'rise';
}

/** Which number of the rule of bargains is beyond what it may be, or null. The server's rule, kept here for comfort. */
export function bargainProblem(bargain: BargainLimits): keyof BargainLimits | null {
  const within = (number: number, from: number, to: number) => Number.isInteger(number) && number >= from && number <= to;
  if (!within(bargain.discount_percent, 1, 100)) return 'discount_percent';
  if (!within(bargain.only_percent, 51, 100)) return 'only_percent';
  return within(bargain.least_lines, 1, 1000) ? null : 'least_lines';
}

/** A share that may be left to the past, as a person edits it: per cent, or nothing. */
export function percentOf(share: number | null): number | '' {
  return share === null ? '' : Math.round(share * 1e4) / 100;
}

/** A share from what a person wrote; null where the field is empty. */
export function shareOf(written: number | string): number | null {
  return written === '' ? null : Math.round(Number(written) * 100) / 1e4;
}

export function sameRules(one: LevelRules, other: LevelRules): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
