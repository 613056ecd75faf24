import { ApiError } from '../api/client';
import type { Messages } from './en';
import { filled, saidSentences } from './saidText';

/** What a failed request says to the reader: in his language where the cause is known, else as the server put it. */
export function errorText(error: unknown, t: Messages): string {
  if (!(error instanceof ApiError)) return t.errors.otherwise(error instanceof Error ? error.message : String(error));
  const said = error.said && (filterText(error, t) ?? saidSentences(error.said, t));
  if (said) return said;
  const known: unknown = t.errors[error.code as keyof Messages['errors']];
  if (typeof known === 'string') return known;
  return t.errors.otherwise(error.message.replace(/\.$/, ''));
}

/** What is wrong with a filter or an order, and where. */
function filterText(error: ApiError, t: Messages): string | null {
  if (!error.said || (error.code !== 'invalid_filter' && error.code !== 'invalid_sort')) return null;
  const template = t.errors.filterProblems[error.said.code];
  return template ? filled(template, error.said.values, t) : null;
}

/** What the log calls it, if the server said so. */
export function errorReference(error: unknown): string | null {
  return error instanceof ApiError ? error.reference : null;
}
