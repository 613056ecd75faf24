import type { EquityStatement, Money } from '../../api/contract';
import { amountOf, lessOf, sumOf } from '../../api/money';

/** By which share the amount grew; unknown where it started from nothing. */
export function growth(before: Money, after: Money): number | null {
  return shareOf(lessOf(after, before), before);
}

/** The change as a share of what it started from; unknown where that was nothing. */
export function shareOf(change: Money, before: Money): number | null {
  const start = amountOf(before);
  return start > 0 ? amountOf(change) / start : null;
}

/** Who moved equity: customers, the model, and all else; together they are closing less opening. */
export interface Movers {
  customers: Money;
  model: Money;
  others: Money;
}

export function moversOf(statement: EquityStatement): Movers {
  const { opening, closing, lines, currency, grown_by_customers: customers } = statement;
  const model = sumOf(
    lines.filter((line) => line.name === 'model_change').map((line) => line.amount),
    currency,
  );
  return { customers, model, others: lessOf(lessOf(lessOf(closing, opening), customers), model) };
}

/** Customers who had a value at the start, or since, and have none at the end: merged into others, or all that they bought came back. */
export function goneOf(
  statement: Pick<EquityStatement, 'customers_opening' | 'customers_acquired' | 'customers_closing'>,
): number {
  return statement.customers_opening + statement.customers_acquired - statement.customers_closing;
}
