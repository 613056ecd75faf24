import { ApiError } from '../api/client';
import type { Messages } from './en';

/** What a failed request says to the reader: in his language where the cause is known, else as the server put it. */
export function errorText(error: unknown, t: Messages): string {
  if (!(error instanceof ApiError)) return t.errors.otherwise(error instanceof Error ? error.message : String(error));
  const known: unknown = t.errors[error.code as keyof Messages['errors']];
  if (typeof known === 'string') return known;
  return t.errors.otherwise(error.message.replace(/\.$/, ''));
}

/** What the log calls it, if the server said so. */
export function errorReference(error: unknown): string | null {
  return error instanceof ApiError ? error.reference : null;
}
