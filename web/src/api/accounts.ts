import { queryOptions } from '@tanstack/react-query';
import { address, answer, api, unlessCode } from './client';
import { grownQuery } from './grown';
import type { AccountFacts, Activity, Catalogue, CataloguePreview, CustomerAccount, SpentBeside, Team } from './contract';

/** What the server says before the first accounts. */
const NOT_CLOSED = 'not_closed';

export const catalogueQuery = queryOptions({
  queryKey: ['catalogue'],
  queryFn: ({ signal }) => answer(api.GET('/api/catalogue', { signal })),
});

export const presetsQuery = queryOptions({
  queryKey: ['catalogue', 'presets'],
  queryFn: ({ signal }) => answer(api.GET('/api/catalogue/presets', { signal })),
  staleTime: Infinity,
});

export interface CatalogueDraft {
  activities: Activity[];
  teams: Team[];
}

export function previewCatalogue(given: CatalogueDraft): Promise<CataloguePreview> {
  return answer(api.POST('/api/catalogue/preview', { body: given }));
}

/** `version` is the one that was read: another's change in between is refused. */
export function saveCatalogue(version: number, note: string, given: CatalogueDraft): Promise<Catalogue> {
  return answer(api.PUT('/api/catalogue', { body: { version, note, ...given } }));
}

export function confirmActivities(version: number, activities: string[]): Promise<Catalogue> {
  return answer(api.POST('/api/catalogue/confirm', { body: { version, activities } }));
}

/** Months such as `2026-01`, both with them; the last twelve where nothing is said. */
export interface MonthSpan {
  from?: string;
  until?: string;
}

/** Null before the first accounts. */
export function accountsQuery(months: MonthSpan) {
  return queryOptions({
    queryKey: ['accounts', 'totals', months],
    queryFn: ({ signal }) =>
      unlessCode(NOT_CLOSED, answer(api.GET('/api/accounts', { params: { query: months }, signal }))),
  });
}

/** The customers behind a line of the accounts, those who matter most first. */
export function behindCustomersQuery(line: string, months: MonthSpan) {
  return grownQuery(['accounts', 'behind', line, months], (part, signal) =>
    answer(api.GET('/api/accounts/customers', { params: { query: { line, ...months, ...part } }, signal })),
  );
}

export type FactsOf = AccountFacts['of'];

/** The facts behind a figure of the accounts: of nobody, or without a price. */
export function behindFactsQuery(of: FactsOf, line: string, months: MonthSpan) {
  return grownQuery(['accounts', 'facts', of, line, months], async (part, signal) => {
    const { facts: rows, ...page } = await answer(
      api.GET('/api/accounts/facts', { params: { query: { of, line, ...months, ...part } }, signal }),
    );
    return { ...page, rows };
  });
}

/** All of them as a file. */
export function behindFactsAddress(of: FactsOf, line: string, months: MonthSpan): string {
  return address('/accounts/facts/export', { of, line, ...months });
}

/** By what customers are told apart beside what was spent on them. */
export const BESIDE_BYS = ['level', 'class', 'kind', 'source', 'owner', 'activity'] as const satisfies SpentBeside['by'][];

/** Which costs count as spent. */
export const SPENDINGS = [
  'investment',
  'cost',
  'acquisition',
  'upkeep',
  'order',
  'service',
  'delivery',
  'return',
  'credit',
  'other',
] as const satisfies SpentBeside['spent'][];

/** Null before the first accounts. */
export function besideQuery(by: SpentBeside['by'], spent: SpentBeside['spent'] | undefined, months: MonthSpan) {
  return queryOptions({
    queryKey: ['accounts', 'beside', by, spent, months],
    queryFn: ({ signal }) =>
      unlessCode(NOT_CLOSED, answer(api.GET('/api/accounts/beside', { params: { query: { by, spent, ...months } }, signal }))),
  });
}

export type By = CustomerAccount['by'];

/** Null before the first accounts. */
export function customerAccountQuery(id: string, by: By, months: MonthSpan) {
  return queryOptions({
    queryKey: ['customer', id, 'account', by, months],
    queryFn: ({ signal }) =>
      unlessCode(
        NOT_CLOSED,
        answer(
          api.GET('/api/customers/{id}/account', {
            params: { path: { id: Number(id) }, query: { by, ...months } },
            signal,
          }),
        ),
      ),
  });
}

/** From and until are months, such as `2026-01`. */
export function lineFactsQuery(id: string, line: string, from: string, until: string) {
  return queryOptions({
    queryKey: ['customer', id, 'account', 'facts', line, from, until],
    queryFn: ({ signal }) =>
      answer(
        api.GET('/api/customers/{id}/account/facts', {
          params: { path: { id: Number(id) }, query: { line, from, until } },
          signal,
        }),
      ),
  });
}
