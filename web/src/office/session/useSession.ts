import { useSuspenseQuery } from '@tanstack/react-query';
import type { Session } from '../../api/contract';
import { sessionQuery } from '../../api/session';

/** Who is signed in and what that person may do. Inside the office it is known before anything is drawn. */
export function useSession(): Session {
  return useSuspenseQuery(sessionQuery).data;
}
