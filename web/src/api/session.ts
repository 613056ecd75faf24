import { queryOptions } from '@tanstack/react-query';
import { request } from './client';
import type { Session } from './contract';

export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: ({ signal }) => request<Session>('GET', '/session', { signal }),
  staleTime: 300_000,
});

export function signIn(email: string, password: string): Promise<Session> {
  return request('POST', '/session', { body: { email, password } });
}

export function signInByLink(token: string): Promise<Session> {
  return request('POST', '/session/link', { body: { token } });
}

export function signOut(): Promise<null> {
  return request('DELETE', '/session');
}

export function changePassword(current: string, next: string): Promise<null> {
  return request('PUT', '/session/password', { body: { current, new: next } });
}

export interface FirstRun {
  token: string;
  name: string;
  email: string;
  password: string;
  company: string;
  currency: string;
}

export function completeFirstRun(firstRun: FirstRun): Promise<Session> {
  return request('POST', '/first-run', { body: firstRun });
}
