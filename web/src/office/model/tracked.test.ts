import { expect, test } from 'vitest';
import { tracked } from './tracked';

const plots = {
  first_day: '2026-02-20',
  weeks: [
    { actual: 3, expected: 2.5 },
    { actual: 1, expected: 2 },
  ],
};

test('weeks have their own days, also across the end of a month', () => {
  expect(tracked(plots, false)).toEqual([
    { week: 1, day: '2026-02-20', actual: 3, expected: 2.5 },
    { week: 2, day: '2026-02-27', actual: 1, expected: 2 },
  ]);
});

test('summed up, each week holds those before it', () => {
  expect(tracked(plots, true).at(-1)).toEqual({ week: 2, day: '2026-02-27', actual: 4, expected: 4.5 });
});
