import { queryOptions } from '@tanstack/react-query';
import { address, request, upload } from './client';
import type { Check, FileKind, Format, Guess, Import, Job, Mapping, Upload } from './contract';

export const importsQuery = queryOptions({
  queryKey: ['imports'],
  queryFn: ({ signal }) => request<Import[]>('GET', '/imports', { signal }),
});

export function uploadQuery(id: string) {
  return queryOptions({
    queryKey: ['upload', id],
    queryFn: ({ signal }) => request<Upload>('GET', `/uploads/${encodeURIComponent(id)}`, { signal }),
    staleTime: Infinity,
  });
}

export function uploadFile(file: File, onProgress: (share: number) => void, signal: AbortSignal): Promise<Upload> {
  return upload('/uploads', file, { name: file.name }, onProgress, signal);
}

/** Reads the same file again in another format. */
export function guessAgain(uploadId: string, format: Format, kind: FileKind): Promise<Guess> {
  return request('PUT', `/uploads/${uploadId}/format`, { body: { format, kind } });
}

export function checkQuery(uploadId: string, mapping: Mapping) {
  return queryOptions({
    queryKey: ['check', uploadId, mapping],
    queryFn: ({ signal }) =>
      request<Check>('POST', `/uploads/${uploadId}/check`, { body: { mapping }, signal }),
  });
}

export interface ImportOrder {
  upload: Upload['id'];
  source: string;
  mapping: Mapping;
  dry_run: boolean;
}

export function startImport(order: ImportOrder): Promise<Job> {
  return request('POST', '/imports', { body: order });
}

export function undoImport(id: Import['id']): Promise<Job> {
  return request('POST', `/imports/${id}/retraction`);
}

export const rejectionsAddress = (id: Import['id']) => address(`/imports/${id}/rejections`);
export const mappingAddress = (id: Import['id']) => address(`/imports/${id}/mapping`);
export const templateAddress = (kind: FileKind) => address(`/templates/${kind}`);
