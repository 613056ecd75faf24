import { expect, it } from 'vitest';
import { bargainProblem, boundaries, boundaryProblem, percentOf, ruleFrom, shareOf, usualBoundaries } from './rules';

it('reads back what it writes', () => {
  for (const shares of [[0.5, 0.8, 0.95, 0.99], [0.07, 0.29, 1]]) {
    expect(ruleFrom('share', boundaries({ by: 'share', shares }))).toEqual({ by: 'share', shares });
  }
  expect(ruleFrom('amount', boundaries({ by: 'amount', amounts: ['1000', '10.5'] }))).toEqual({
    by: 'amount',
    amounts: ['1000', '10.5'],
  });
});

it('says why numbers are no boundaries', () => {
  expect(boundaryProblem('share', [50, 80, 95, 99])).toBeNull();
  expect(boundaryProblem('share', [50, 50, 95, 99])).toBe('rise');
  expect(boundaryProblem('quantile', [5, 20, 50, 120])).toBe('rise');
  expect(boundaryProblem('amount', [1000, 100, 10, 1])).toBeNull();
  expect(boundaryProblem('amount', [1, 10, 100, 1000])).toBe('fall');
});

it('says which number makes no rule of bargains', () => {
  const usual = { discount_percent: 10, only_percent: 90, least_lines: 3 };
  expect(bargainProblem(usual)).toBeNull();
  expect(bargainProblem({ ...usual, discount_percent: 0 })).toBe('discount_percent');
  expect(bargainProblem({ ...usual, only_percent: 50 })).toBe('only_percent');
  expect(bargainProblem({ ...usual, least_lines: 1001 })).toBe('least_lines');
});

it('leaves a share to the past where nothing is written', () => {
  expect([shareOf(''), shareOf(0), shareOf('12.5')]).toEqual([null, 0, 0.125]);
  for (const share of [null, 0, 0.07, 0.125, 1]) expect(shareOf(percentOf(share))).toBe(share);
});

it('begins another way with boundaries that hold', () => {
  for (const way of ['quantile', 'amount'] as const) {
    for (const count of [3, 4]) {
      const numbers = usualBoundaries(way, count, { by: 'share', shares: [0.5, 0.8, 0.95, 0.99] });
      expect(numbers).toHaveLength(count);
      expect(boundaryProblem(way, numbers)).toBeNull();
    }
  }
});
