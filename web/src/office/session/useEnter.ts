import { useRouter } from '@tanstack/react-router';
import type { Session } from '../../api/contract';
import { queryClient } from '../../api/queryClient';
import { sessionQuery } from '../../api/session';

/** Takes a fresh session in: nothing of the one before stays in memory. */
export function useEnter(): (session: Session, next?: string) => Promise<void> {
  const router = useRouter();
  return async (session, next = '/') => {
    queryClient.clear();
    queryClient.setQueryData(sessionQuery.queryKey, session);
    router.history.replace(next.startsWith('/') && !next.startsWith('//') ? next : '/');
    await router.invalidate();
  };
}
