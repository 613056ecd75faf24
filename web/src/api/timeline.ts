import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { answer, api } from './client';
import type { TimelinePage } from './contract';

export interface TimelineQuery {
  /** Kinds of facts, separated by commas; all of them when absent. */
  kind?: string;
  q?: string;
  /** A fact to begin around, for a link to it. */
  around?: number;
}

const FACTS_AT_ONCE = 50;
const POLL_MS = 5_000;

type Asked = TimelineQuery & { before?: string; limit: number };

function timelinePage(customer: string, query: Asked, signal: AbortSignal): Promise<TimelinePage> {
  const path = { id: Number(customer) };
  return answer(api.GET('/api/customers/{id}/timeline', { params: { path, query }, signal }));
}

/** All facts of a customer, newest first, fifty at a time. */
export function timelineQuery(customer: string, query: TimelineQuery) {
  return infiniteQueryOptions({
    queryKey: ['timeline', customer, query],
    queryFn: ({ pageParam, signal }) => {
      const { around, ...rest } = query;
      const from = pageParam ? { before: pageParam } : { around };
      return timelinePage(customer, { ...rest, ...from, limit: FACTS_AT_ONCE }, signal);
    },
    initialPageParam: '',
    getNextPageParam: (page) => page.next ?? undefined,
  });
}

/** The newest fact alone, asked for again and again while the page is looked at. */
export function newestFactQuery(customer: string, query: TimelineQuery) {
  return queryOptions({
    queryKey: ['newest-fact', customer, query],
    queryFn: ({ signal }) => timelinePage(customer, { ...query, limit: 1 }, signal),
    refetchInterval: POLL_MS,
    staleTime: 0,
  });
}
