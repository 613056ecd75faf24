import { describe, expect, it } from 'vitest';
import type { Customer } from '../../../api/contract';
import { hasNeverBought } from './neverBought';

const euro = (amount: string) => ({ amount, currency: 'EUR' });
const PAST: Customer['past'] = { revenue: euro('0.00'), returns: euro('0.00'), transactions: 0, is_elsewhere: false };

describe('who never bought', () => {
  it('has no sale, whatever else happened with him', () => {
    expect(hasNeverBought({ counts: { interaction: 4 }, past: PAST })).toBe(true);
    expect(hasNeverBought({ counts: { interaction: 4 }, past: PAST, asset: { cost: euro('3.10') } })).toBe(true);
  });

  it('or gave everything back, once that is computed', () => {
    expect(hasNeverBought({ counts: { sale: 2 }, past: PAST })).toBe(false);
    expect(hasNeverBought({ counts: { sale: 2 }, past: PAST, asset: { cost: euro('3.10') } })).toBe(true);
  });

  it('is nobody whose purchases are in another currency', () => {
    const abroad = { ...PAST, is_elsewhere: true };
    expect(hasNeverBought({ counts: { sale: 15 }, past: abroad, asset: { cost: euro('3.10') } })).toBe(false);
  });

  it('is nobody with a purchase or an equity', () => {
    expect(hasNeverBought({ counts: { sale: 2 }, past: { ...PAST, transactions: 1 } })).toBe(false);
    expect(hasNeverBought({ counts: {}, past: PAST, asset: { cost: euro('3.10'), equity: euro('9.00') } })).toBe(false);
  });
});
