import { expect, it } from 'vitest';
import { peakOf, shareAt } from './whaleChart';

const curve = [
  { customers: 0, share: 0 },
  { customers: 0.2, share: 1.1 },
  { customers: 0.5, share: 1.25 },
  { customers: 1, share: 1 },
];

it('finds where customers begin to take away', () => {
  expect(peakOf(curve)).toEqual({ customers: 0.5, share: 1.25 });
  expect(peakOf([])).toBeNull();
});

it('is read between its points', () => {
  expect(shareAt(curve, 0.35)).toBeCloseTo(1.175);
  expect(shareAt(curve, 0)).toBe(0);
  expect(shareAt(curve, 1)).toBe(1);
  expect(shareAt([], 0.5)).toBeNull();
});
