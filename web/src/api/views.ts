import { queryOptions } from '@tanstack/react-query';
import { answer, api } from './client';
import type { View, ViewDraft } from './contract';

export const viewsQuery = queryOptions({
  queryKey: ['views'],
  queryFn: ({ signal }) => answer(api.GET('/api/views', { signal })),
});

export function createView(draft: ViewDraft): Promise<View> {
  return answer(api.POST('/api/views', { body: draft }));
}

export function replaceView(id: number, draft: ViewDraft): Promise<View> {
  return answer(api.PUT('/api/views/{id}', { params: { path: { id } }, body: draft }));
}

export async function deleteView(id: number): Promise<null> {
  await answer(api.DELETE('/api/views/{id}', { params: { path: { id } } }));
  return null;
}
