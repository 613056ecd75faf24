import { queryOptions } from '@tanstack/react-query';
import { request } from './client';
import type { Job } from './contract';

const ACTIVE_MS = 1_000;
const IDLE_MS = 15_000;

export function isActive(job: Job): boolean {
  return job.state === 'queued' || job.state === 'running';
}

/** The latest jobs; asked for each second while one of them runs. */
export const jobsQuery = queryOptions({
  queryKey: ['jobs'],
  queryFn: ({ signal }) => request<Job[]>('GET', '/jobs', { query: { limit: 50 }, signal }),
  staleTime: 0,
  refetchInterval: (query) => (query.state.data?.some(isActive) ? ACTIVE_MS : IDLE_MS),
});

export function jobQuery(id: string) {
  return queryOptions({
    queryKey: ['job', id],
    queryFn: ({ signal }) => request<Job>('GET', `/jobs/${encodeURIComponent(id)}`, { signal }),
    staleTime: 0,
    refetchInterval: (query) => (query.state.data && !isActive(query.state.data) ? false : 500),
  });
}

export function cancelJob(id: Job['id']): Promise<Job> {
  return request('POST', `/jobs/${id}/cancellation`);
}

export function resumeJob(id: Job['id']): Promise<Job> {
  return request('POST', `/jobs/${id}/resumption`);
}
