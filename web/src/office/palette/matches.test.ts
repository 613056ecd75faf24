import { expect, it } from 'vitest';
import { matches } from './matches';

it('finds a label by the beginnings of its words, in any order, case and accent', () => {
  expect(matches('Aller aux clients', 'cli')).toBe(true);
  expect(matches('Numéro de téléphone', 'telephone num')).toBe(true);
  expect(matches('Sales in Lyon', 'LYON')).toBe(true);
  expect(matches('Sales in Lyon', 'yon')).toBe(false);
  expect(matches('Anything', '')).toBe(true);
});
