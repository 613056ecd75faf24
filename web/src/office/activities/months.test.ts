import { expect, it } from 'vitest';
import { askedMonths, monthsBetween, quickOf, quickPeriods } from './months';

it('takes from an address what names months, in order', () => {
  expect(askedMonths({})).toEqual({});
  expect(askedMonths({ from: '2025-03', until: '2025-03' })).toEqual({ from: '2025-03', until: '2025-03' });
  expect(askedMonths({ from: '2025-03' })).toEqual({ from: '2025-03' });
  expect(askedMonths({ from: '2025-13', until: 'May' })).toEqual({});
  expect(askedMonths({ from: '2025-06', until: '2025-05' })).toEqual({ until: '2025-05' });
});

it('names every month between two', () => {
  expect(monthsBetween('2024-11', '2025-02')).toEqual(['2024-11', '2024-12', '2025-01', '2025-02']);
  expect(monthsBetween('2025-02', '2025-02')).toEqual(['2025-02']);
  expect(monthsBetween('2025-03', '2025-02')).toEqual([]);
});

it('offers usual periods, and no year before the first month', () => {
  const names = (first: string) => quickPeriods(first, '2026-05').map((one) => one.name);
  expect(names('2023-02')).toEqual(['last12', 'this_year', 'last_year', 'all']);
  expect(names('2025-12')).toContain('last_year');
  expect(names('2026-01')).not.toContain('last_year');
});

it('knows a usual period by its months', () => {
  expect(quickOf({}, '2023-02', '2026-05')).toBe('last12');
  expect(quickOf({ from: '2025-01', until: '2025-12' }, '2023-02', '2026-05')).toBe('last_year');
  expect(quickOf({ from: '2026-01', until: '2026-05' }, '2023-02', '2026-05')).toBe('this_year');
  expect(quickOf({ from: '2023-02', until: '2026-05' }, '2023-02', '2026-05')).toBe('all');
  expect(quickOf({ from: '2025-01' }, '2023-02', '2026-05')).toBeNull();
});
