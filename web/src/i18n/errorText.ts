import { ApiError } from '../api/client';
import type { components } from '../api/schema';
import type { Messages } from './en';
import { filled, saidSentences } from './saidText';

/** What a failed request says to the reader: in his language where the cause is known, else as the server put it. */
export function errorText(error: unknown, t: Messages): string {
  if (!(error instanceof ApiError)) return t.errors.otherwise(error instanceof Error ? error.message : String(error));
  return filterText(error, t) ?? failureText(error, t);
}

/** Why a request or a job failed: a word, the server's text, and the same for any language. */
type Failure = Pick<components['schemas']['JobFailure'], 'code' | 'message'> & { said?: ApiError['said'] };

/** What a failure says to the reader, see [`errorText`]. */
export function failureText(failure: Failure, t: Messages): string {
  const said = failure.said && saidSentences(failure.said, t);
  if (said) return said;
  const known: unknown = t.errors[failure.code as keyof Messages['errors']];
  if (typeof known === 'string') return known;
  return t.errors.otherwise(failure.message.replace(/\.$/, ''));
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
