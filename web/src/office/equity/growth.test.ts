import { expect, it } from 'vitest';
import type { EquityStatement } from '../../api/contract';
import { goneOf, growth, moversOf, shareOf } from './growth';

const eur = (amount: string) => ({ amount, currency: 'EUR' });

it('is a share of what it started from, and unknown from nothing', () => {
  expect(growth(eur('200.00'), eur('250.00'))).toBe(0.25);
  expect(shareOf(eur('-50.00'), eur('200.00'))).toBe(-0.25);
  expect(growth(eur('0.00'), eur('10.00'))).toBeNull();
});

// Home once took closing less opening for what customers did: a newer model alone made the house grow.
it('keeps what customers did apart from the model and all else, to the cent', () => {
  const statement = {
    currency: 'EUR',
    opening: eur('1000.00'),
    closing: eur('1100.10'),
    grown_by_customers: eur('-20.30'),
    lines: [
      { name: 'release', amount: eur('-79.60'), is_customers: false },
      { name: 'churn_variance', amount: eur('-50.30'), is_customers: true },
      { name: 'acquired', amount: eur('30.00'), is_customers: true },
      { name: 'model_change', amount: eur('200.00'), is_customers: false },
    ],
  } as EquityStatement;
  expect(moversOf(statement)).toEqual({ customers: eur('-20.30'), model: eur('200.00'), others: eur('-79.60') });
});

it('tells how many have no value any more, so that heads add up', () => {
  expect(goneOf({ customers_opening: 3_305, customers_acquired: 942, customers_closing: 4_241 })).toBe(6);
});
