import { expect, it } from 'vitest';
import type { Catalogue, Activity } from '../../api/contract';
import { changesOf, placed, standingCost, tidy } from './catalogue';

const visit: Activity = {
  name: 'Visit',
  cost_kind: 'upkeep',
  facts: 'interaction',
  driver: 'minutes',
  unit_costs: [{ amount: '1.10' }],
  confirmed: false,
};
const state = { version: 3, activities: [visit], teams: [{ name: 'Desk' }] } as unknown as Catalogue;

it('tells what differs from what was read', () => {
  expect(changesOf(state, { activities: [visit], teams: state.teams })).toEqual([]);
  const dearer = { ...visit, unit_costs: [{ amount: '1.20' }] };
  expect(changesOf(state, { activities: [dearer, { ...visit, name: 'Call' }], teams: [] })).toEqual([
    { name: 'Visit', change: 'changed' },
    { name: 'Call', change: 'new' },
    { name: 'Desk', change: 'gone' },
  ]);
});

it('puts a changed activity in its place, also under another name', () => {
  const list = [visit, { ...visit, name: 'Call' }];
  expect(placed(list, 'Visit', { ...visit, name: 'Trip' }).map((one) => one.name)).toEqual(['Trip', 'Call']);
  expect(placed(list, null, { ...visit, name: 'Mail' }).map((one) => one.name)).toEqual(['Visit', 'Call', 'Mail']);
});

it('sends nothing empty, and reads a comma as people write it', () => {
  expect(tidy({ ...visit, name: ' Visit ', condition: ' ', unit_costs: [{ amount: '1,10', from: '' }, {}] })).toEqual({
    name: 'Visit',
    cost_kind: 'upkeep',
    facts: 'interaction',
    driver: 'minutes',
    unit_costs: [{ amount: '1.10' }],
    confirmed: false,
  });
  expect(tidy({ ...visit, team: 'Desk' })).not.toHaveProperty('unit_costs');
});

it('shows the unit cost that holds on a day', () => {
  const costs = { ...visit, unit_costs: [{ amount: '1', until: '2026-01-01' }, { amount: '2', from: '2026-01-01' }] };
  expect(standingCost(costs, '2025-12-31')?.amount).toBe('1');
  expect(standingCost(costs, '2026-01-01')?.amount).toBe('2');
  expect(standingCost({ ...visit, unit_costs: [] }, '2026-01-01')).toBeNull();
});
