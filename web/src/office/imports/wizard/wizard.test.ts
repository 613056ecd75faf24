import { describe, expect, it } from 'vitest';
import type { Mapping } from '../../../api/contract';
import { addsUp } from '../Counts';
import { sourceName } from './draft';
import { meaningOf, missing, ruleOf, withMeaning } from './meanings';
import { stepOf } from './steps';

const sales: Mapping = {
  kind: 'sales',
  currency: 'EUR',
  format: { type: 'delimited' },
  columns: { customer: 'Client', date: ['Jour', 'Heure'] },
  rules: {},
};

describe('the meaning of columns', () => {
  it('is told from the column as well as from the target', () => {
    expect(meaningOf(sales, 'Heure')).toBe('date');
    expect(meaningOf(sales, 'Prix')).toBeNull();
  });

  it('can change, be shared by columns, and be taken away', () => {
    const priced = withMeaning(sales, 'Prix', 'amount');
    expect(priced.columns?.amount).toBe('Prix');
    expect(withMeaning(priced, 'Frais', 'amount').columns?.amount).toEqual(['Prix', 'Frais']);
    expect(withMeaning(sales, 'Heure', null).columns?.date).toBe('Jour');
    expect(withMeaning(sales, 'Client', 'email').columns).toEqual({ date: ['Jour', 'Heure'], email: 'Client' });
  });

  it('forgets the unit of weights with the column that had it, and only then', () => {
    const weighed = { ...sales, columns: { ...sales.columns, kg: 'Poids (g)' }, rules: { kg_are: 'grams' } } as unknown as Mapping;
    expect(ruleOf(withMeaning(weighed, 'Prix', 'amount'), 'kg_are')).toBe('grams');
    expect(ruleOf(withMeaning(weighed, 'Poids (g)', null), 'kg_are')).toBeUndefined();
    expect(ruleOf(withMeaning(withMeaning(weighed, 'Poids (g)', null), 'Charge', 'kg'), 'kg_are')).toBeUndefined();
  });

  it('says what is still needed: an amount or a unit price', () => {
    expect(missing(sales)).toEqual([['amount', 'unit_price']]);
    expect(missing(withMeaning(sales, 'PU', 'unit_price'))).toEqual([]);
  });
});

describe('the way through the wizard', () => {
  it('begins with a file, whatever the address says', () => {
    expect(stepOf('report', false, true)).toBe('file');
    expect(stepOf('nonsense', true, false)).toBe('file');
  });

  it('shows no report without an import', () => {
    expect(stepOf('report', true, false)).toBe('trial');
    expect(stepOf('columns', true, false)).toBe('columns');
  });

  it('names a source after its file', () => {
    expect(sourceName('web_shop-2026-10.csv.gz')).toBe('web shop');
    expect(sourceName('Factures.XLSX')).toBe('Factures');
  });
});

it('counts every row once', () => {
  const counts = { read: 10, created: 4, updated: 1, unchanged: 2, duplicate: 1, invalid: 2, returns: 0, without_customer: 3 };
  expect(addsUp(counts)).toBe(true);
  expect(addsUp({ ...counts, invalid: 1 })).toBe(false);
});
