import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { queryClient } from '../../../api/queryClient';
import { newestFactQuery, type TimelineQuery } from '../../../api/timeline';

/** Asks now and then whether something new is known; if so, the timeline and the customer are fetched again. */
export function useNewFacts(id: string, query: TimelineQuery, shown: string | null, enabled: boolean): void {
  const newest = useQuery({ ...newestFactQuery(id, { kind: query.kind, q: query.q }), enabled }).data?.newest;

  useEffect(() => {
    if (!enabled || newest === undefined || newest === shown) return;
    void queryClient.invalidateQueries({ queryKey: ['timeline', id] });
    void queryClient.invalidateQueries({ queryKey: ['customer', id] });
    // What is shown changes by this very fetch; only a newer fact counts.
  }, [newest]);
}
