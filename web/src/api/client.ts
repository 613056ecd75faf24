/** The one door to the server: every request, and every failure as one type of error. */

const PREFIX = '/api';

interface ErrorBody {
  code: string;
  message: string;
  field?: string | null;
  reference?: string | null;
  details?: Record<string, unknown>;
}

/** A request that did not do what it was for. `code` is the server's word for the cause. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly field: string | null;
  readonly reference: string | null;
  readonly details: Record<string, unknown>;

  constructor(status: number, body: ErrorBody) {
    super(body.message);
    this.name = 'ApiError';
    this.status = status;
    this.code = body.code;
    this.field = body.field ?? null;
    this.reference = body.reference ?? null;
    this.details = body.details ?? {};
  }
}

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';
type Query = Record<string, string | number | undefined>;

interface Options {
  query?: Query;
  body?: unknown;
  signal?: AbortSignal;
}

/** The address of something that the browser itself loads, such as a download. */
export function address(path: string, query: Query = {}): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== '') search.set(name, String(value));
  }
  const text = search.toString();
  return `${PREFIX}${path}${text ? `?${text}` : ''}`;
}

export async function request<T>(method: Method, path: string, options: Options = {}): Promise<T> {
  let response: Response;
  try {
    response = await fetch(address(path, options.query), {
      method,
      signal: options.signal,
      headers: method === 'GET' ? {} : { 'x-clientela': '1', 'content-type': 'application/json' },
      body: options.body === undefined ? undefined : JSON.stringify(options.body),
    });
  } catch (cause) {
    if (options.signal?.aborted) throw cause;
    throw new ApiError(0, { code: 'unreachable', message: 'the server does not answer' });
  }
  return read<T>(response.status, await response.text());
}

/** Sends a file as it is and tells how far it is; `fetch` cannot tell. */
export function upload<T>(
  path: string,
  file: File,
  query: Query,
  onProgress: (share: number) => void,
  signal: AbortSignal,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const sending = new XMLHttpRequest();
    sending.open('POST', address(path, query));
    sending.setRequestHeader('x-clientela', '1');
    sending.setRequestHeader('content-type', 'application/octet-stream');
    sending.upload.onprogress = (event) => onProgress(event.loaded / Math.max(1, event.total));
    sending.onerror = () =>
      reject(new ApiError(0, { code: 'unreachable', message: 'the server does not answer' }));
    sending.onabort = () => reject(new DOMException('stopped by the user', 'AbortError'));
    sending.onload = () => {
      try {
        resolve(read<T>(sending.status, sending.responseText));
      } catch (error) {
        reject(error);
      }
    };
    signal.addEventListener('abort', () => sending.abort());
    sending.send(file);
  });
}

function read<T>(status: number, text: string): T {
  let body: unknown = null;
  try {
    body = text ? JSON.parse(text) : null;
  } catch {
    throw new ApiError(status, { code: 'unreadable', message: `the server answered ${status} with no JSON` });
  }
  if (status >= 200 && status < 300) return body as T;
  const error = (body as { error?: ErrorBody } | null)?.error;
  throw new ApiError(status, error ?? { code: `status_${status}`, message: `the server answered ${status}` });
}
