import { queryOptions } from '@tanstack/react-query';
import { address, request } from './client';
import type { Customer, CustomerPage, CustomerQuery, Field, SearchHit } from './contract';

/** Rows in one answer; the grid asks for the pages around what is seen. */
export const PAGE_ROWS = 100;

export const fieldsQuery = queryOptions({
  queryKey: ['customer-fields'],
  queryFn: ({ signal }) => request<Field[]>('GET', '/customers/fields', { signal }),
  staleTime: 300_000,
});

export function customerPageQuery(query: CustomerQuery, page: number) {
  return queryOptions({
    queryKey: ['customers', query, page],
    queryFn: ({ signal }) =>
      request<CustomerPage>('GET', '/customers', {
        query: { ...query, offset: page * PAGE_ROWS, limit: PAGE_ROWS },
        signal,
      }),
  });
}

/** Where the browser fetches the same rows as a CSV file. */
export function customerExportAddress(query: CustomerQuery, columns: string[]): string {
  return address('/customers/export', { ...query, columns: columns.join(',') });
}

export function customerQuery(id: string) {
  return queryOptions({
    queryKey: ['customer', id],
    queryFn: ({ signal }) => request<Customer>('GET', `/customers/${encodeURIComponent(id)}`, { signal }),
  });
}

export function searchQuery(text: string) {
  return queryOptions({
    queryKey: ['search', text],
    queryFn: async ({ signal }) => {
      const answer = await request<{ customers: SearchHit[] }>('GET', '/search', { query: { q: text }, signal });
      return answer.customers;
    },
    enabled: text.length > 1,
  });
}
