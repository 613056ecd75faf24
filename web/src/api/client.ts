/** The one door to the server: the generated client, and every failure as one type of error. */
import createClient from 'openapi-fetch';
import type { components, paths } from './schema';

/** The server takes changes only from pages that say this word, so that no other site can send them. */
const FROM_THE_PAGE = { 'x-clientela': '1' };

export const api = createClient<paths>({ baseUrl: '/', headers: FROM_THE_PAGE });

type ErrorDetail = components['schemas']['ErrorDetail'];

/** A request that did not do what it was for. `code` is the server's word for the cause. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly field: string | null;
  readonly reference: string | null;
  /** The message, to be worded in the reader's language. */
  readonly said: ErrorDetail['said'] | null;

  constructor(status: number, detail: Partial<ErrorDetail>) {
    super(detail.message ?? `the server answered ${status}`);
    this.name = 'ApiError';
    this.status = status;
    this.code = detail.code ?? `status_${status}`;
    this.field = detail.field ?? null;
    this.reference = detail.reference ?? null;
    this.said = detail.said ?? null;
  }
}

const UNREACHABLE = { code: 'unreachable', message: 'the server does not answer' };

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** What the server gave, or an [`ApiError`] with the cause. */
export async function answer<T>(call: Promise<Answer<T>>): Promise<T> {
  let given: Answer<T>;
  try {
    given = await call;
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === 'AbortError') throw cause;
    throw new ApiError(0, UNREACHABLE);
  }
  if (given.response.ok) return given.data as T;
  throw failure(given.response.status, given.error);
}

/** What the server gave, or null where it refused with this code: a state that the page knows how to show. */
export async function unlessCode<T>(code: string, call: Promise<T>): Promise<T | null> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof ApiError && error.code === code) return null;
    throw error;
  }
}

/** The address of something that the browser itself fetches, such as a download. */
export function address(path: string, query: Record<string, string | undefined> = {}): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value) search.set(name, value);
  }
  const text = search.toString();
  return `/api${path}${text ? `?${text}` : ''}`;
}

/** Sends a file as it is and tells how far it is, which `fetch` cannot. */
export function upload<T>(
  path: string,
  file: File,
  onProgress: (share: number) => void,
  signal: AbortSignal,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const sending = new XMLHttpRequest();
    sending.open('POST', address(path, { name: file.name }));
    sending.responseType = 'json';
    for (const [name, value] of Object.entries(FROM_THE_PAGE)) sending.setRequestHeader(name, value);
    sending.setRequestHeader('content-type', 'application/octet-stream');
    sending.upload.onprogress = (event) => onProgress(event.loaded / Math.max(1, event.total));
    sending.onerror = () => reject(new ApiError(0, UNREACHABLE));
    sending.onabort = () => reject(new DOMException('stopped by the reader', 'AbortError'));
    sending.onload = () => {
      const good = sending.status >= 200 && sending.status < 300;
      if (good) resolve(sending.response as T);
      else reject(failure(sending.status, sending.response));
    };
    signal.addEventListener('abort', () => sending.abort());
    sending.send(file);
  });
}

function failure(status: number, body: unknown): ApiError {
  const detail = (body as { error?: ErrorDetail } | null | undefined)?.error;
  return new ApiError(status, detail ?? {});
}
