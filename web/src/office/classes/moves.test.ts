import { expect, it } from 'vitest';
import type { MigrationCell, Migrations } from '../../api/contract';
import { directionOf, NOBODY, shareOfGroup, sides } from './moves';

const places = ['d1', 'd2', 'd3', 'd4'];
const eur = { amount: '0.00', currency: 'EUR' };
const cell = (from: string, until: string, customers: number): MigrationCell => ({
  from,
  until,
  customers,
  before: eur,
  after: eur,
  change: eur,
});

it('knows up from down, and neither for who comes or goes', () => {
  expect(directionOf(places, 'd3', 'd1')).toBe('up');
  expect(directionOf(places, 'd1', 'd4')).toBe('down');
  expect(directionOf(places, 'd2', 'd2')).toBe('even');
  expect(directionOf(places, NOBODY, 'd1')).toBe('even');
  expect(directionOf(places, 'd4', NOBODY)).toBe('even');
});

it('draws those outside only where there are some', () => {
  const moves = (cells: MigrationCell[]) => ({ places, cells }) as Migrations;
  expect(sides(moves([cell('d1', 'd1', 3), cell(NOBODY, 'd1', 0)])).left).toEqual(places);
  expect(sides(moves([cell('d1', NOBODY, 3), cell(NOBODY, 'd1', 1)]))).toEqual({
    left: [...places, NOBODY],
    right: [...places, NOBODY],
  });
});

it('takes shares of the group that was left', () => {
  const cells = [cell('d1', 'd1', 60), cell('d1', 'd2', 20), cell('d2', 'd1', 99)];
  expect(shareOfGroup(cells, cells[1]!)).toBe(0.25);
  expect(shareOfGroup([cell('d1', 'd2', 0)], cell('d1', 'd2', 0))).toBe(0);
});
