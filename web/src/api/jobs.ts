import { queryOptions } from '@tanstack/react-query';
import { answer, api } from './client';
import type { Job } from './contract';

const ACTIVE_MS = 1_000;
const IDLE_MS = 15_000;
const ONE_MS = 500;
const LATEST = 50;

export function isActive(job: Job): boolean {
  return job.state === 'queued' || job.state === 'running';
}

/** The latest jobs; asked for each second while one of them runs. */
export const jobsQuery = queryOptions({
  queryKey: ['jobs'],
  queryFn: ({ signal }) => answer(api.GET('/api/jobs', { params: { query: { limit: LATEST } }, signal })),
  staleTime: 0,
  refetchInterval: (query) => (query.state.data?.some(isActive) ? ACTIVE_MS : IDLE_MS),
});

export function jobQuery(id: string) {
  return queryOptions({
    queryKey: ['job', id],
    queryFn: ({ signal }) => answer(api.GET('/api/jobs/{id}', { params: { path: { id: Number(id) } }, signal })),
    staleTime: 0,
    refetchInterval: (query) => (query.state.data && !isActive(query.state.data) ? false : ONE_MS),
  });
}

export function cancelJob(id: number): Promise<Job> {
  return answer(api.POST('/api/jobs/{id}/cancellation', { params: { path: { id } } }));
}

export function resumeJob(id: number): Promise<Job> {
  return answer(api.POST('/api/jobs/{id}/resumption', { params: { path: { id } } }));
}
