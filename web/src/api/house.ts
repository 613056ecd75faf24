import { queryOptions } from '@tanstack/react-query';
import { answer, api } from './client';
import type { NewPerson, Person, PersonChange, ValuationSettings } from './contract';
import { queryClient } from './queryClient';

export const companyQuery = queryOptions({
  queryKey: ['company'],
  queryFn: ({ signal }) => answer(api.GET('/api/company', { signal })),
});

export const staffQuery = queryOptions({
  queryKey: ['staff'],
  queryFn: ({ signal }) => answer(api.GET('/api/staff', { signal })),
});

/** Whom sources name as the person in charge of customers. */
export const ownersQuery = queryOptions({
  queryKey: ['staff', 'owners'],
  queryFn: ({ signal }) => answer(api.GET('/api/staff/owners', { signal })),
});

export const valuationSettingsQuery = queryOptions({
  queryKey: ['valuation-settings'],
  queryFn: ({ signal }) => answer(api.GET('/api/valuation-settings', { signal })),
});

export async function putValuationSettings(settings: ValuationSettings): Promise<void> {
  await answer(api.PUT('/api/valuation-settings', { body: settings }));
  await queryClient.invalidateQueries({ queryKey: ['valuation-settings'] });
  await queryClient.invalidateQueries({ queryKey: ['customer'] });
}

export async function putCompany(name: string, currency: string): Promise<void> {
  await answer(api.PUT('/api/company', { body: { name, currency } }));
  await queryClient.invalidateQueries({ queryKey: ['company'] });
  await queryClient.invalidateQueries({ queryKey: ['session'] });
}

export async function addPerson(person: NewPerson): Promise<Person> {
  const added = await answer(api.POST('/api/staff', { body: person }));
  await queryClient.invalidateQueries({ queryKey: ['staff'] });
  return added;
}

export async function putPerson(id: number, change: PersonChange): Promise<void> {
  await answer(api.PUT('/api/staff/{id}', { params: { path: { id } }, body: change }));
  await queryClient.invalidateQueries({ queryKey: ['staff'] });
}

/** A link that lets somebody in once; an earlier one for the same person ends. */
export async function newLink(id: number): Promise<{ url: string; until: string }> {
  const link = await answer(api.POST('/api/staff/{id}/link', { params: { path: { id } } }));
  return { url: new URL(link.path, location.href).href, until: link.until };
}
