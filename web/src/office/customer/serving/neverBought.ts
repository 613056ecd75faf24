import type { Customer } from '../../../api/contract';

/** What a customer's page knows of his purchases. */
type Known = Pick<Customer, 'counts' | 'past' | 'asset'>;

/**
 * Of somebody who never bought nothing will ever be expected. Purchases are counted by the valuation: a first sale that it has
 * not seen yet, or sales in other currencies, are no reason to say so, unless his accounts are closed and there still is no purchase (all was returned).
 */
export function hasNeverBought({ counts, past, asset }: Known): boolean {
  if (past.transactions > 0 || past.is_elsewhere || asset?.equity) return false;
  return !counts.sale || asset?.cost != null;
}
