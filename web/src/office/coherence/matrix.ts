import type { Coherence, CoherenceCell, CoherenceSum } from '../../api/contract';
import { amountOf, sumOf } from '../../api/money';
import type { Messages } from '../../i18n/en';
import type { Tone } from '../../ui/heat/heat';

/** Which way a delta leans: far enough apart for a decision, or coherent. */
export function toneOf(delta: number, leastDelta: number): Tone {
  if (Math.abs(delta) < leastDelta) return 'even';
  return delta < 0 ? 'down' : 'up';
}

/** From 0, coherent, to 1, as far apart as can be. */
export function strengthOf(delta: number, leastDelta: number): number {
  const apart = Math.abs(delta) - leastDelta;
  return apart < 0 ? 0 : (apart + 1) / (5 - leastDelta);
}

/** A delta as it is read: with its sign, and a true minus. */
export function deltaText(delta: number): string {
  if (delta === 0) return '0';
  return delta > 0 ? `+${delta}` : `−${-delta}`;
}

/** Of whom values are: those who are valued; all customers are these and those who never bought. */
export function valuedCustomers({ total, not_valued: without }: Pick<Coherence, 'total' | 'not_valued'>): number {
  return total.customers - without.customers;
}

/** Who stands in the matrix, and how many have no value and stand in none of its cells. */
export function populationText(coherence: Pick<Coherence, 'total' | 'not_valued'>, t: Messages): string {
  return t.coherence.valued(t.common.customers(valuedCustomers(coherence)), coherence.not_valued.customers);
}

/** Why there is nothing to decide. */
export type NoCases = 'nothing_invested' | 'all_decided' | 'not_apart' | 'coherent';

/** Why there is no case to decide: none is invested in, all are decided, levels differ but money does not, or all is coherent. */
export function noCases({ cells, total, rules, worklist }: Pick<Coherence, 'cells' | 'total' | 'rules' | 'worklist'>): NoCases {
  if (total.invested == null || amountOf(total.invested) <= 0) return 'nothing_invested';
  if (worklist.decided > 0) return 'all_decided';
  const isApart = cells.some((cell) => cell.customers > 0 && toneOf(cell.delta, rules.least_delta) !== 'even');
  return isApart ? 'not_apart' : 'coherent';
}

/** All cells on one side that ask for a decision, together. */
export function sideOf(cells: CoherenceCell[], side: 'under' | 'over', leastDelta: number, currency: string) {
  const those = cells.filter((cell) => toneOf(cell.delta, leastDelta) === (side === 'under' ? 'down' : 'up'));
  const money = (which: 'value' | 'invested') =>
    sumOf(
      those.flatMap((cell: CoherenceSum) => cell[which] ?? []),
      currency,
    );
  return {
    customers: those.reduce((sum, cell) => sum + cell.customers, 0),
    value: money('value'),
    invested: money('invested'),
  };
}
