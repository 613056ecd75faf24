import type { CSSProperties } from 'react';

/** The first column takes what room is left, so that lists end at the edge of the page. */
export function cellStyle(column: { width: number }, place: number): CSSProperties {
  return { flex: `${place === 0 ? 1 : 0} 0 ${column.width}px`, width: column.width };
}

export function cellClass(column: { numeric: boolean }, place: number): string {
  return `grid-cell${column.numeric ? ' right number' : ''}${place === 0 ? ' first' : ''}`;
}
