import { expect, it } from 'vitest';
import { lessOf, negated, sumOf } from './money';

const eur = (amount: string) => ({ amount, currency: 'EUR' });

it('adds to the cent, however large', () => {
  expect(sumOf([eur('0.10'), eur('0.20'), eur('-0.30')], 'EUR')).toEqual(eur('0.00'));
  expect(sumOf([eur('90071992547409.93'), eur('0.01')], 'EUR')).toEqual(eur('90071992547409.94'));
  expect(sumOf([eur('1200'), eur('-1200.05')], 'EUR')).toEqual(eur('-0.05'));
  expect(sumOf([], 'JPY')).toEqual({ amount: '0', currency: 'JPY' });
});

it('takes away', () => {
  expect(lessOf(eur('10.00'), eur('12.50'))).toEqual(eur('-2.50'));
  expect(lessOf(eur('10.00'), eur('-2.50'))).toEqual(eur('12.50'));
  expect(negated(eur('0.00'))).toEqual(eur('0.00'));
});
