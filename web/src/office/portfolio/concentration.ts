import type { Portfolio } from '../../api/contract';

type Curve = Portfolio['concentration'];

/** The share of value that the most valuable `customers` (from 0 to 1) hold, read between the points of the curve. */
export function valueAt(curve: Curve, customers: number): number | null {
  const after = curve.findIndex((point) => point.customers >= customers);
  if (after < 0) return null;
  const [from, to] = [curve[Math.max(0, after - 1)]!, curve[after]!];
  if (to.customers === from.customers) return to.value;
  const way = (customers - from.customers) / (to.customers - from.customers);
  return from.value + way * (to.value - from.value);
}
