import { queryOptions } from '@tanstack/react-query';
import { request } from './client';
import type { Job, Portfolio, Source } from './contract';

export const portfolioQuery = queryOptions({
  queryKey: ['portfolio'],
  queryFn: ({ signal }) => request<Portfolio>('GET', '/portfolio', { signal }),
});

export const sourcesQuery = queryOptions({
  queryKey: ['sources'],
  queryFn: ({ signal }) => request<Source[]>('GET', '/sources', { signal }),
});

export function startValuation(horizon: string): Promise<Job> {
  return request('POST', '/valuations', { body: { horizon } });
}
