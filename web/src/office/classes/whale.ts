import type { Classes } from '../../api/contract';
import { amountOf } from '../../api/money';
import type { WhalePoint } from '../../ui/chart/whaleChart';

/**
 * The curve as shares: of the customers, and of what all bring together. Where all together bring nothing there is
 * no whole to take shares of.
 */
export function whaleShares(classes: Classes): WhalePoint[] | null {
  const { whale, customers, contribution } = classes;
  const whole = amountOf(contribution);
  if (!whale || customers === 0 || whole <= 0) return null;
  return whale.points.map((point) => share(point, customers, whole));
}

/** The exact top of the curve: it may lie between two of its points. */
export function whalePeak({ whale, customers, contribution }: Classes): WhalePoint | null {
  const whole = amountOf(contribution);
  return whale && customers > 0 && whole > 0 ? share(whale.peak, customers, whole) : null;
}

function share(point: NonNullable<Classes['whale']>['peak'], customers: number, whole: number): WhalePoint {
  return { customers: point.customers / customers, share: amountOf(point.contribution) / whole };
}
