/** A catalogue as it is being changed, beside the one that was read. */
import type { CatalogueDraft } from '../../api/accounts';
import type { Catalogue, Activity, Team, UnitCost } from '../../api/contract';

export const COST_KINDS = ['acquisition', 'upkeep', 'order', 'service', 'delivery', 'return', 'credit', 'other'];
export const FACTS = ['sale', 'payment', 'interaction', 'request', 'review', 'referral', 'cost'];
export const DRIVERS = ['count', 'quantity', 'minutes', 'km', 'kg', 'amount', 'amount × days'];

export const NEW_ACTIVITY: Activity = {
  name: '',
  cost_kind: 'service',
  facts: 'interaction',
  condition: '',
  driver: 'count',
  unit_costs: [{}],
  confirmed: true,
};

export const NEW_TEAM: Team = { name: '', spans: [] };

export function draftOf(state: Catalogue): CatalogueDraft {
  return { activities: state.activities, teams: state.teams };
}

export type Change = 'new' | 'changed' | 'gone';

export interface NamedChange {
  name: string;
  change: Change;
}

/** What differs from the catalogue that was read, by name. */
export function changesOf(state: Catalogue, draft: CatalogueDraft): NamedChange[] {
  const before = [...state.activities, ...state.teams];
  const after = [...draft.activities, ...draft.teams];
  const find = (list: { name: string }[], name: string) => list.find((one) => one.name === name);
  const kept = after.flatMap((one): NamedChange[] => {
    const old = find(before, one.name);
    if (!old) return [{ name: one.name, change: 'new' }];
    return JSON.stringify(old) === JSON.stringify(one) ? [] : [{ name: one.name, change: 'changed' }];
  });
  const gone = before
    .filter((one) => !find(after, one.name))
    .map(({ name }): NamedChange => ({ name, change: 'gone' }));
  return [...kept, ...gone];
}

/** The list with `changed` in the place of the one called `name`, or at its end. */
export function placed<T extends { name: string }>(list: T[], name: string | null, changed: T): T[] {
  const at = list.findIndex((one) => one.name === name);
  return at < 0 ? [...list, changed] : list.map((one, place) => (place === at ? changed : one));
}

/** An activity as the server reads it: nothing empty is sent, and a team's minute has no unit cost of its own. */
export function tidy(activity: Activity): Activity {
  const { team, unit_costs: costs = [], condition, ...rest } = activity;
  const written = costs.map(tidyCost).filter((cost) => cost.amount || cost.yearly_percent);
  return {
    ...rest,
    name: rest.name.trim(),
    driver: rest.driver.trim(),
    ...(condition?.trim() && { condition: condition.trim() }),
    ...(team ? { team } : written.length > 0 && { unit_costs: written }),
  };
}

function tidyCost(cost: UnitCost): UnitCost {
  return Object.fromEntries(
    Object.entries(cost).flatMap(([name, value]) => {
      const text = typeof value === 'string' ? value.trim().replace(',', '.') : '';
      return text ? [[name, text]] : [];
    }),
  );
}

/** The unit cost that holds today, or the last one that did. */
export function standingCost(activity: Activity, today: string): UnitCost | null {
  const costs = activity.unit_costs ?? [];
  const holds = costs.find((cost) => (!cost.from || cost.from <= today) && (!cost.until || cost.until > today));
  return holds ?? costs.at(-1) ?? null;
}
