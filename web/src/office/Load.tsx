import type { ReactNode } from 'react';
import { ApiError } from '../api/client';
import { useI18n } from '../i18n/I18n';
import { errorReference, errorText } from '../i18n/errorText';
import { Failure } from '../ui/state/Failure';
import { Skeleton } from '../ui/state/Skeleton';

interface Props<T> {
  query: { data: T | undefined; error: Error | null; isError: boolean; refetch: () => unknown };
  /** Heights of the blocks shown until the first data are there. */
  blocks: number[];
  /** The way on where asking again is of no use: there is no such thing, or it is not for this person. */
  wayOut?: ReactNode;
  children: (data: T) => ReactNode;
}

/** What a request gave, or its waiting, or its failure. Old data stay while new ones are on the way. */
export function Load<T>({ query, blocks, wayOut, children }: Props<T>) {
  const { t } = useI18n();
  if (query.data !== undefined) return children(query.data);
  if (!query.isError) return <Skeleton blocks={blocks} />;
  const cause = query.error ?? new Error();
  const final = isFinal(cause);
  return (
    <Failure
      cause={errorText(cause, t)}
      reference={errorReference(cause)}
      onRetry={final ? undefined : () => void query.refetch()}
    >
      {final && wayOut}
    </Failure>
  );
}

/** Whether the answer will be the same however often one asks. */
function isFinal(error: Error): boolean {
  return error instanceof ApiError && (error.status === 403 || error.status === 404);
}
