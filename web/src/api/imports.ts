import { queryOptions } from '@tanstack/react-query';
import { address, answer, api, upload } from './client';
import type { Format, Job, Mapping, NewImport, Upload } from './contract';

export const importsQuery = queryOptions({
  queryKey: ['imports'],
  queryFn: ({ signal }) => answer(api.GET('/api/imports', { signal })),
});

export function uploadQuery(id: string) {
  return queryOptions({
    queryKey: ['upload', id],
    queryFn: ({ signal }) => answer(api.GET('/api/uploads/{id}', { params: { path: { id } }, signal })),
    staleTime: Infinity,
  });
}

export function uploadFile(file: File, onProgress: (share: number) => void, signal: AbortSignal): Promise<Upload> {
  return upload('/uploads', file, onProgress, signal);
}

/** Reads the same file again, in another format or as another kind of content. */
export function guessAgain(id: string, format: Partial<Format>, kind: string): Promise<Upload> {
  return answer(api.PUT('/api/uploads/{id}/format', { params: { path: { id } }, body: { format, kind } }));
}

export function checkQuery(id: string, mapping: Mapping) {
  return queryOptions({
    queryKey: ['check', id, mapping],
    queryFn: ({ signal }) =>
      answer(api.POST('/api/uploads/{id}/check', { params: { path: { id } }, body: { mapping }, signal })),
  });
}

export function startImport(order: NewImport): Promise<Job> {
  return answer(api.POST('/api/imports', { body: order }));
}

export function undoImport(id: number): Promise<Job> {
  return answer(api.POST('/api/imports/{id}/retraction', { params: { path: { id } } }));
}

/** The rows that were left out, each with its reason in a language. */
export const rejectionsAddress = (id: number, language: string) => address(`/imports/${id}/rejections`, { language });
export const mappingAddress = (id: number) => address(`/imports/${id}/mapping`);
export const templateAddress = (kind: string) => address(`/templates/${kind}`);
