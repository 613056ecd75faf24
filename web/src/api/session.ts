import { queryOptions } from '@tanstack/react-query';
import { answer, api } from './client';
import type { FirstRun, Session } from './contract';

export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: ({ signal }) => answer(api.GET('/api/session', { signal })),
  staleTime: 300_000,
});

export function signIn(email: string, password: string): Promise<Session> {
  return answer(api.POST('/api/session', { body: { email, password } }));
}

export function signInByLink(token: string): Promise<Session> {
  return answer(api.POST('/api/session/link', { body: { token } }));
}

export function signOut(): Promise<unknown> {
  return answer(api.DELETE('/api/session'));
}

export function changePassword(current: string, next: string): Promise<Session> {
  return answer(api.PUT('/api/session/password', { body: { current, new: next } }));
}

export function completeFirstRun(firstRun: FirstRun): Promise<Session> {
  return answer(api.POST('/api/first-run', { body: firstRun }));
}
