import type { Money } from '../../api/contract';
import { amountOf } from '../../api/money';

/** By which share the amount grew; unknown where it started from nothing. */
export function growth(before: Money, after: Money): number | null {
  const start = amountOf(before);
  return start > 0 ? (amountOf(after) - start) / start : null;
}
