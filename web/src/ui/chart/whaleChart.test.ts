import { expect, it } from 'vitest';
import { shareAt, withPoint } from './whaleChart';

const curve = [
  { customers: 0, share: 0 },
  { customers: 0.2, share: 1.1 },
  { customers: 0.5, share: 1.25 },
  { customers: 1, share: 1 },
];

it('goes through a top that lies between its points', () => {
  const peak = { customers: 0.47, share: 1.26 };
  expect(withPoint(curve, peak).map((point) => point.customers)).toEqual([0, 0.2, 0.47, 0.5, 1]);
  expect(withPoint(curve, { customers: 0.5, share: 1.25 })).toEqual(curve);
});

it('is read between its points', () => {
  expect(shareAt(curve, 0.35)).toBeCloseTo(1.175);
  expect(shareAt(curve, 0)).toBe(0);
  expect(shareAt(curve, 1)).toBe(1);
  expect(shareAt([], 0.5)).toBeNull();
});
