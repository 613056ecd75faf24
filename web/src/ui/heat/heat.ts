/** A table of cells that one moves through with the arrows, and how warm each of them is. */

/** Which way a cell leans; told by its words too, never by colour alone. */
export type Tone = 'up' | 'down' | 'even' | 'none';

export interface Place {
  row: number;
  column: number;
}

/** Where a key leads from a place in a table of that many rows and columns, or nowhere. */
export function moved(from: Place, key: string, rows: number, columns: number): Place | null {
  const { row, column } = from;
  switch (key) {
    case 'ArrowUp':
      return { row: Math.max(0, row - 1), column };
    case 'ArrowDown':
      return { row: Math.min(rows - 1, row + 1), column };
    case 'ArrowLeft':
      return { row, column: Math.max(0, column - 1) };
    case 'ArrowRight':
      return { row, column: Math.min(columns - 1, column + 1) };
    case 'Home':
      return { row, column: 0 };
    case 'End':
      return { row, column: columns - 1 };
    default:
      return null;
  }
}

/** How much of its colour a cell takes, in per cent: light enough for ink to be read on it. */
export function warmth(strength: number): number {
  return Math.round(14 + 49 * Math.max(0, Math.min(1, strength)));
}
