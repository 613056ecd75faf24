import { queryOptions } from '@tanstack/react-query';
import { address, answer, api } from './client';
import type { CustomerQuery } from './contract';

/** Rows in one answer; the grid asks for the pages around what is seen. */
export const PAGE_ROWS = 100;

export const fieldsQuery = queryOptions({
  queryKey: ['customer-fields'],
  queryFn: ({ signal }) => answer(api.GET('/api/customers/fields', { signal })),
  staleTime: 300_000,
});

export function customerPageQuery(query: CustomerQuery, page: number) {
  const asked = { ...query, offset: page * PAGE_ROWS, limit: PAGE_ROWS };
  return queryOptions({
    queryKey: ['customers', query, page],
    queryFn: ({ signal }) => answer(api.GET('/api/customers', { params: { query: asked }, signal })),
  });
}

/** Where the browser fetches the same rows as a CSV file. */
export function customerExportAddress({ filter, q, sort }: CustomerQuery, columns: string[]): string {
  return address('/customers/export', {
    filter: filter ?? undefined,
    q: q ?? undefined,
    sort: sort ?? undefined,
    columns: columns.join(','),
  });
}

export function customerQuery(id: string) {
  return queryOptions({
    queryKey: ['customer', id],
    queryFn: ({ signal }) => answer(api.GET('/api/customers/{id}', { params: { path: { id: Number(id) } }, signal })),
  });
}

export function outlookQuery(id: string) {
  return queryOptions({
    queryKey: ['customer', id, 'outlook'],
    queryFn: ({ signal }) =>
      answer(api.GET('/api/customers/{id}/outlook', { params: { path: { id: Number(id) } }, signal })),
  });
}

export function servingQuery(id: string) {
  return queryOptions({
    queryKey: ['customer', id, 'serving'],
    queryFn: ({ signal }) =>
      answer(api.GET('/api/customers/{id}/serving', { params: { path: { id: Number(id) } }, signal })),
  });
}

export function searchQuery(text: string) {
  return queryOptions({
    queryKey: ['search', text],
    queryFn: async ({ signal }) => {
      const found = await answer(api.GET('/api/search', { params: { query: { q: text } }, signal }));
      return found.customers;
    },
    enabled: text.length > 1,
  });
}
