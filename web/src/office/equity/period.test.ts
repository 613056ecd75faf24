import { expect, it } from 'vitest';
import { chosenPeriod, monthsBetween, yearBefore } from './period';

const days = Array.from({ length: 15 }, (_, at) => `20${25 + Math.floor(at / 12)}-${String((at % 12) + 1).padStart(2, '0')}-28`);

it('is the last twelve months unless others are asked for', () => {
  expect(chosenPeriod(days, {})).toEqual({ from: '2025-03-28', until: '2026-03-28' });
  expect(chosenPeriod(days, { from: '2025-01-28', until: '2025-06-28' })).toEqual({ from: '2025-01-28', until: '2025-06-28' });
});

// Home compared with 31 October, thirteen months before a valuation of the middle of November; this page with 30 November.
it('compares with the month end nearest to a year before, the earlier of two as near', () => {
  const ends = ['2025-09-30', '2025-10-31', '2025-11-30', '2025-12-31'];
  expect(yearBefore(ends, '2026-11-20')).toBe('2025-11-30');
  expect(yearBefore(ends, '2026-11-14')).toBe('2025-10-31');
  expect(yearBefore(ends, '2026-11-15')).toBe('2025-10-31');
  expect(yearBefore(['2024-02-29', '2025-02-28', '2025-03-31'], '2026-02-28')).toBe('2025-02-28');
  expect(yearBefore(['2023-01-31', '2023-02-28', '2023-03-31'], '2024-02-29')).toBe('2023-02-28');
  expect(yearBefore(['2026-08-31', '2026-09-30'], '2026-10-31')).toBe('2026-08-31');
  expect(chosenPeriod([...ends, '2026-10-31', '2026-11-20'], {})).toEqual({ from: '2025-11-30', until: '2026-11-20' });
});

it('takes what there is when there are fewer, and nothing where there is no period', () => {
  expect(chosenPeriod(days.slice(0, 4), {})).toEqual({ from: '2025-01-28', until: '2025-04-28' });
  expect(chosenPeriod(days.slice(0, 1), {})).toBeNull();
  expect(chosenPeriod([], {})).toBeNull();
});

it('never runs backwards, and does not know days that are not measured', () => {
  expect(chosenPeriod(days, { from: '2026-02-28', until: '2025-06-28' })?.from).toBe('2025-01-28');
  expect(chosenPeriod(days, { from: '2024-02-28', until: '2025-06-29' })).toEqual({ from: '2025-03-28', until: '2026-03-28' });
  expect(chosenPeriod(days, { until: '2025-01-28' })).toEqual({ from: '2025-01-28', until: '2025-02-28' });
});

it('counts whole months', () => {
  expect(monthsBetween({ from: '2025-10-31', until: '2026-10-31' })).toBe(12);
  expect(monthsBetween({ from: '2026-01-31', until: '2026-02-28' })).toBe(1);
});
