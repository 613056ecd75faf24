import { queryOptions } from '@tanstack/react-query';
import { request } from './client';
import type { View, ViewDraft } from './contract';

export const viewsQuery = queryOptions({
  queryKey: ['views'],
  queryFn: ({ signal }) => request<View[]>('GET', '/views', { signal }),
});

export function createView(draft: ViewDraft): Promise<View> {
  return request('POST', '/views', { body: draft });
}

export function replaceView(id: View['id'], draft: ViewDraft): Promise<View> {
  return request('PUT', `/views/${id}`, { body: draft });
}

export function deleteView(id: View['id']): Promise<null> {
  return request('DELETE', `/views/${id}`);
}
