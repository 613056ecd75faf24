import { queryOptions } from '@tanstack/react-query';
import { answer, api } from './client';
import type { Job, ModelsStanding, ModelsWanted } from './contract';
import { queryClient } from './queryClient';

export const portfolioQuery = queryOptions({
  queryKey: ['portfolio'],
  queryFn: ({ signal }) => answer(api.GET('/api/portfolio', { signal })),
});

export const sourcesQuery = queryOptions({
  queryKey: ['sources'],
  queryFn: ({ signal }) => answer(api.GET('/api/sources', { signal })),
});

/** The models in use, and the refit that is proposed. */
export const refitsQuery = queryOptions({
  queryKey: ['portfolio', 'refits'],
  queryFn: ({ signal }) => answer(api.GET('/api/refits', { signal })),
});

export function startValuation(horizon: string, models?: ModelsWanted): Promise<Job> {
  return answer(api.POST('/api/valuations', { body: { horizon, models } }));
}

export function adoptRefit(version: number): Promise<Job> {
  return answer(api.POST('/api/refits/{id}/adoption', { params: { path: { id: version } } }));
}

/** The models in use stay. */
export async function dismissRefit(version: number): Promise<void> {
  const standing: ModelsStanding = await answer(
    api.POST('/api/refits/{id}/dismissal', { params: { path: { id: version } } }),
  );
  queryClient.setQueryData(refitsQuery.queryKey, standing);
}
