import { expect, it } from 'vitest';
import { moved, warmth } from './heat';

it('is walked through by arrows, and never left by them', () => {
  expect(moved({ row: 0, column: 0 }, 'ArrowRight', 5, 5)).toEqual({ row: 0, column: 1 });
  expect(moved({ row: 0, column: 0 }, 'ArrowUp', 5, 5)).toEqual({ row: 0, column: 0 });
  expect(moved({ row: 4, column: 4 }, 'ArrowDown', 5, 5)).toEqual({ row: 4, column: 4 });
  expect(moved({ row: 2, column: 3 }, 'Home', 5, 5)).toEqual({ row: 2, column: 0 });
  expect(moved({ row: 2, column: 3 }, 'End', 5, 5)).toEqual({ row: 2, column: 4 });
  expect(moved({ row: 2, column: 3 }, 'Enter', 5, 5)).toBeNull();
});

it('stays within the colours that text can be read on', () => {
  expect([-1, 0, 0.5, 1, 7].map(warmth)).toEqual([14, 14, 39, 63, 63]);
});
