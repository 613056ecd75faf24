import type { ReactNode } from 'react';

export interface Table {
  /** The first column names the row; the others are numbers, but for those listed in `texts`. */
  head: string[];
  body: ReactNode[][];
  /** Places of further columns of words. */
  texts?: number[];
}

/** How formats write what is not known. */
const UNKNOWN = '–';

/** The table without the columns of which nothing is known in any row; the first one stays. */
export function withoutUnknown({ head, body, texts }: Table): Table {
  const kept = head.map((_, place) => place).filter((place) => place === 0 || body.length === 0 || body.some((row) => row[place] !== UNKNOWN));
  return {
    head: kept.map((place) => head[place]!),
    body: body.map((row) => kept.map((place) => row[place])),
    texts: texts?.map((place) => kept.indexOf(place)).filter((place) => place >= 0),
  };
}
