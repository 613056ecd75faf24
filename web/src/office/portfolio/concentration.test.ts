import { expect, it } from 'vitest';
import { valueAt } from './concentration';

it('is read between the points of the curve, and nowhere else', () => {
  const curve = [
    { customers: 0, value: 0 },
    { customers: 0.19, value: 0.8 },
    { customers: 0.21, value: 0.9 },
    { customers: 1, value: 1 },
  ];
  expect(valueAt(curve, 0.2)).toBeCloseTo(0.85);
  expect(valueAt(curve, 0)).toBe(0);
  expect(valueAt(curve, 1)).toBe(1);
  expect(valueAt([], 0.2)).toBeNull();
});
