/** Sums of money as the server writes it: plain decimals, added without rounding. */
import type { Money } from './contract';

/** For drawing and comparing only. */
export function amountOf(money: Money | null | undefined): number {
  return money == null ? 0 : Number(money.amount);
}

/** All of them together; zero of `currency` where there are none. */
export function sumOf(moneys: Money[], currency: string): Money {
  const digits = Math.max(0, ...moneys.map(({ amount }) => amount.split('.')[1]?.length ?? 0));
  const total = moneys.reduce((sum, { amount }) => sum + minorUnits(amount, digits), 0n);
  return { amount: decimal(total, digits), currency };
}

/** What is left of `whole` without `part`. */
export function lessOf(whole: Money, part: Money): Money {
  return sumOf([whole, negated(part)], whole.currency);
}

export function negated({ amount, currency }: Money): Money {
  if (Number(amount) === 0) return { amount, currency };
  return { amount: amount.startsWith('-') ? amount.slice(1) : `-${amount}`, currency };
}

function minorUnits(amount: string, digits: number): bigint {
  const [whole, rest = ''] = amount.replace('-', '').split('.');
  const units = BigInt(`${whole}${rest.padEnd(digits, '0')}`);
  return amount.startsWith('-') ? -units : units;
}

function decimal(units: bigint, digits: number): string {
  const sign = units < 0n ? '-' : '';
  const text = (units < 0n ? -units : units).toString().padStart(digits + 1, '0');
  return digits === 0 ? `${sign}${text}` : `${sign}${text.slice(0, -digits)}.${text.slice(-digits)}`;
}
