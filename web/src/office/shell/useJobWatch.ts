import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { isActive, jobsQuery } from '../../api/jobs';
import { queryClient } from '../../api/queryClient';

/** What a finished job may have changed. */
const CHANGED = ['portfolio', 'customers', 'customer', 'timeline', 'imports', 'sources', 'customer-fields'];

/** When a job ends, what is on the screen is asked for again. */
export function useJobWatch(enabled: boolean): void {
  const { data } = useQuery({ ...jobsQuery, enabled });
  const active = useRef(new Set<string>());

  useEffect(() => {
    if (!data) return;
    const now = new Set(data.filter(isActive).map((job) => String(job.id)));
    const ended = [...active.current].some((id) => !now.has(id));
    active.current = now;
    if (!ended) return;
    for (const key of CHANGED) void queryClient.invalidateQueries({ queryKey: [key] });
  }, [data]);
}
