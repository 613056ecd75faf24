import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { isActive, jobsQuery } from '../../api/jobs';
import { queryClient } from '../../api/queryClient';

/** What a finished job may have changed. */
const CHANGED = [
  ...['portfolio', 'model', 'customers', 'customer', 'timeline', 'imports', 'sources', 'customer-fields'],
  ...['home', 'equity', 'turnover', 'alarm', 'retention'],
  ...['coherence', 'worklist', 'level-rules', 'classes', 'migrations', 'catalogue', 'accounts'],
];

/** When a job ends, what is on the screen is asked for again. */
export function useJobWatch(enabled: boolean): void {
  const { data } = useQuery({ ...jobsQuery, enabled });
  const over = useRef<ReadonlySet<number> | null>(null);

  useEffect(() => {
    if (!data) return;
    // By what is over, not by what ran: a short job is never seen running.
    const now = new Set(data.filter((job) => !isActive(job)).map((job) => job.id));
    const before = over.current;
    over.current = now;
    if (before === null || [...now].every((id) => before.has(id))) return;
    for (const key of CHANGED) void queryClient.invalidateQueries({ queryKey: [key] });
  }, [data]);
}
