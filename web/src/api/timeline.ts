import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { request } from './client';
import type { TimelinePage } from './contract';

export interface TimelineQuery {
  /** Kinds of facts, separated by commas; all of them when empty. */
  kind: string;
  q: string;
  /** A fact to begin around, for a link to it. */
  around?: string;
}

const FACTS_AT_ONCE = 50;

export function timelinePage(
  customer: string,
  query: TimelineQuery & { before?: string; limit?: number },
  signal?: AbortSignal,
): Promise<TimelinePage> {
  return request('GET', `/customers/${encodeURIComponent(customer)}/timeline`, {
    query: { limit: FACTS_AT_ONCE, ...query },
    signal,
  });
}

/** All facts of a customer, newest first, fifty at a time. */
export function timelineQuery(customer: string, query: TimelineQuery) {
  return infiniteQueryOptions({
    queryKey: ['timeline', customer, query],
    queryFn: ({ pageParam, signal }) => {
      const { around, ...rest } = query;
      const from = pageParam ? { before: pageParam } : { around };
      return timelinePage(customer, { ...rest, ...from }, signal);
    },
    initialPageParam: '',
    getNextPageParam: (page) => page.next ?? undefined,
  });
}

const POLL_MS = 5_000;

/** The newest fact alone, asked for again and again while the page is looked at. */
export function newestFactQuery(customer: string, query: TimelineQuery) {
  return queryOptions({
    queryKey: ['newest-fact', customer, query],
    queryFn: ({ signal }) => timelinePage(customer, { ...query, limit: 1 }, signal),
    refetchInterval: POLL_MS,
    staleTime: 0,
  });
}
