import { queryOptions } from '@tanstack/react-query';
import {
  draft,
  type Accounts,
  type CataloguePreset,
  type CataloguePreview,
  type CatalogueState,
  type CustomerAccount,
  type LineFacts,
  type WrittenActivity,
  type WrittenTeam,
} from './draft';

export const catalogueQuery = queryOptions({
  queryKey: ['catalogue'],
  queryFn: () => draft<CatalogueState>('/api/catalogue'),
});

export const presetsQuery = queryOptions({
  queryKey: ['catalogue', 'presets'],
  queryFn: () => draft<CataloguePreset[]>('/api/catalogue/presets'),
  staleTime: Infinity,
});

export interface CatalogueDraft {
  activities: WrittenActivity[];
  teams: WrittenTeam[];
}

export function previewCatalogue(given: CatalogueDraft): Promise<CataloguePreview> {
  return draft('/api/catalogue/preview', {}, { method: 'POST', body: given });
}

/** `version` is the one that was read: another's change in between is refused. */
export function saveCatalogue(version: number, note: string, given: CatalogueDraft): Promise<CatalogueState> {
  return draft('/api/catalogue', {}, { method: 'PUT', body: { version, note, ...given } });
}

export function confirmActivities(version: number, activities: string[]): Promise<CatalogueState> {
  return draft('/api/catalogue/confirm', {}, { method: 'POST', body: { version, activities } });
}

/** Months as `2026-01`; the last twelve where none are named. */
export function accountsQuery(from?: string, until?: string) {
  return queryOptions({
    queryKey: ['accounts', from, until],
    queryFn: () => draft<Accounts>('/api/accounts', { from, until }),
  });
}

export type By = CustomerAccount['by'];

export function customerAccountQuery(id: string, by: By) {
  return queryOptions({
    queryKey: ['customer', id, 'account', by],
    queryFn: () => draft<CustomerAccount>(`/api/customers/${id}/account`, { by }),
  });
}

export function lineFactsQuery(id: string, line: string, from: string, until: string) {
  return queryOptions({
    queryKey: ['customer', id, 'account', 'facts', line, from, until],
    queryFn: () => draft<LineFacts>(`/api/customers/${id}/account/facts`, { line, from, until }),
  });
}
