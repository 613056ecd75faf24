import { infiniteQueryOptions } from '@tanstack/react-query';

/** Rows of a list before more are asked for. */
export const LISTED = 50;

/** The most in one answer. */
export const MOST_LISTED = 500;

export interface Part {
  limit: number;
  /** Rows passed over. */
  offset: number;
}

/** A list that grows on demand: the figures of its first answer, with the rows of all answers so far. */
export function grownQuery<Page extends { rows: unknown[] }>(
  queryKey: readonly unknown[],
  ask: (part: Part, signal: AbortSignal) => Promise<Page>,
) {
  const initialPageParam: Part = { limit: LISTED, offset: 0 };
  return infiniteQueryOptions({
    queryKey: [...queryKey, 'grown'],
    queryFn: ({ pageParam, signal }) => ask(pageParam, signal),
    initialPageParam,
    getNextPageParam: (_, pages) => nextPart(pages.map((page) => page.rows.length)),
    select: ({ pages }): Page => ({ ...pages[0]!, rows: pages.flatMap((page) => page.rows) }),
  });
}

/** What follows after answers of so many rows: three times as many as were read. */
export function nextPart(read: number[]): Part {
  const offset = read.reduce((sum, rows) => sum + rows, 0);
  return { limit: Math.min(MOST_LISTED, Math.max(LISTED, 3 * offset)), offset };
}
