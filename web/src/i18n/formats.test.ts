import { expect, it } from 'vitest';
import { formats } from './formats';

it('writes the first of a month as each language does', () => {
  expect(formats('fr').day('2025-12-01')).toBe('1er déc. 2025');
  expect(formats('fr').day('2025-12-11')).toBe('11 déc. 2025');
  expect(formats('fr').wall('2025-12-01T08:30:00Z')).toMatch(/^1er déc\. 2025/);
  expect(formats('fr').month('2025-12-01')).toBe('déc. 2025');
  expect(formats('en').day('2025-12-01')).toBe('1 Dec 2025');
});

it('gives no sign to what is rounded to nothing', () => {
  const f = formats('fr');
  const small = { amount: '-0.40', currency: 'EUR' };
  expect(f.money(small)).not.toMatch(/[-−]/);
  expect(f.money({ ...small, amount: '-0.60' })).toContain('−1');
  expect(f.moneyExact(small)).toContain('−0,40');
});
