import { queryOptions } from '@tanstack/react-query';
import { answer, api } from './client';
import type { Job } from './contract';

export const portfolioQuery = queryOptions({
  queryKey: ['portfolio'],
  queryFn: ({ signal }) => answer(api.GET('/api/portfolio', { signal })),
});

export const sourcesQuery = queryOptions({
  queryKey: ['sources'],
  queryFn: ({ signal }) => answer(api.GET('/api/sources', { signal })),
});

export function startValuation(horizon: string): Promise<Job> {
  return answer(api.POST('/api/valuations', { body: { horizon } }));
}
