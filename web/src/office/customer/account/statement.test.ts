import { expect, it } from 'vitest';
import type { AccountPeriod, CustomerAccount } from '../../../api/contract';
import { en } from '../../../i18n/en';
import { formats } from '../../../i18n/formats';
import { amountIn, periodName, statementRows } from './statement';

const eur = (amount: string) => ({ amount, currency: 'EUR' });
const total: AccountPeriod = {
  period: 'total',
  from: '2025-01-01',
  until: '2025-12-31',
  lines: [
    { line: 'gross', amount: eur('120.00') },
    { line: 'discounts', amount: eur('0.00') },
    { line: 'net', amount: eur('120.00') },
    { line: 'service', amount: eur('30.00') },
    { line: 'contribution', amount: eur('0.00') },
  ],
  activities: [{ activity: 'Call', cost_kind: 'service', assumed: true, amount: eur('30.00') }],
};

it('has its sums always, its lines where something stands, and activities under their kind', () => {
  const rows = statementRows({ total } as CustomerAccount);
  expect(rows.map((row) => row.line)).toEqual(['gross', 'net', 'service', 'activity:Call', 'contribution']);
  expect(rows[3]!.activity).toEqual({ name: 'Call', assumed: true });
});

it('finds what stands in a period, and nothing where nothing does', () => {
  const [gross, , , call] = statementRows({ total } as CustomerAccount);
  expect(amountIn(total, gross!)).toEqual(eur('120.00'));
  expect(amountIn(total, call!)).toEqual(eur('30.00'));
  expect(amountIn({ ...total, activities: [], lines: [] }, call!)).toBeNull();
});

it('names periods as people do', () => {
  const f = formats('en');
  expect(['2025-03', '2025-Q1', '2025', 'total'].map((period) => periodName(period, en, f))).toEqual([
    'Mar 25',
    'Q1 2025',
    '2025',
    'Total',
  ]);
});
