import { expect, it } from 'vitest';
import { formats } from './formats';

it('writes the first of a month as each language does', () => {
  expect(formats('fr').day('2025-12-01')).toBe('1er déc. 2025');
  expect(formats('fr').day('2025-12-11')).toBe('11 déc. 2025');
  expect(formats('fr').wall('2025-12-01T08:30:00Z')).toMatch(/^1er déc\. 2025/);
  expect(formats('fr').month('2025-12-01')).toBe('déc. 2025');
  expect(formats('en').day('2025-12-01')).toBe('1 Dec 2025');
});
