import { expect, it } from 'vitest';
import type { Coherence, CoherenceCell } from '../../api/contract';
import { en } from '../../i18n/en';
import { deltaText, noCases, populationText, sideOf, strengthOf, toneOf } from './matrix';

const eur = (amount: string) => ({ amount, currency: 'EUR' });
const cell = (delta: number, customers: number): CoherenceCell => ({
  value_level: 'high',
  investment_level: 'low',
  delta,
  customers,
  value: eur(`${customers}.50`),
  invested: eur('1.00'),
  contribution: null,
  filter: '',
});

it('leans only where the levels are far enough apart', () => {
  expect([-4, -2, -1, 0, 1, 2].map((delta) => toneOf(delta, 2))).toEqual(['down', 'down', 'even', 'even', 'even', 'up']);
  expect(strengthOf(1, 2)).toBe(0);
  expect(strengthOf(2, 2)).toBeLessThan(strengthOf(-3, 2));
  expect(strengthOf(-4, 2)).toBe(1);
});

it('writes a delta with its sign', () => {
  expect([-4, 0, 3].map(deltaText)).toEqual(['−4', '0', '+3']);
});

it('adds up the cells of a side, and those only', () => {
  const cells = [cell(-4, 2), cell(-2, 3), cell(-1, 100), cell(2, 7)];
  expect(sideOf(cells, 'under', 2, 'EUR')).toEqual({ customers: 5, value: eur('6.00'), invested: eur('2.00') });
  expect(sideOf(cells, 'over', 2, 'EUR').customers).toBe(7);
});

// All 457 customers were written beside the value of 374 of them.
it('says of whom values are, and how many have none', () => {
  const sum = (customers: number) => ({ customers, value: eur('0.00'), filter: '' });
  expect(populationText({ total: sum(457), not_valued: sum(83) }, en)).toBe('374 customers valued, 83 others not');
  expect(populationText({ total: sum(374), not_valued: sum(0) }, en)).toBe('374 customers valued');
});

// "0 to bring into line · investment follows value" stood beside "1,785 customers get too little": nobody had been invested in.
it('says that investment follows value only where it does', () => {
  const why = (invested: string, decided: number, cells: CoherenceCell[]) =>
    noCases({
      cells,
      total: { customers: 9, value: eur('90.00'), invested: eur(invested), filter: '' },
      rules: { least_delta: 2 } as Coherence['rules'],
      worklist: { decided } as Coherence['worklist'],
    });
  expect(why('0.00', 0, [cell(-4, 9)])).toBe('nothing_invested');
  expect(why('5.00', 3, [cell(-4, 9)])).toBe('all_decided');
  expect(why('5.00', 0, [cell(-2, 9)])).toBe('not_apart');
  expect(why('5.00', 0, [cell(-2, 0), cell(1, 9)])).toBe('coherent');
});
