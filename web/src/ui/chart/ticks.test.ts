import { expect, it } from 'vitest';
import { roundTicks } from './ticks';

it('gives round numbers around the range', () => {
  expect(roundTicks(0, 100)).toEqual([0, 20, 40, 60, 80, 100]);
  expect(roundTicks(181.2, 213.9)).toEqual([180, 190, 200, 210, 220]);
  expect(roundTicks(-12, 30)).toEqual([-20, -10, 0, 10, 20, 30]);
});

it('has an axis also for a single number', () => {
  const ticks = roundTicks(5, 5);
  expect(ticks[0]).toBeLessThan(5);
  expect(ticks.at(-1)).toBeGreaterThan(5);
});
