import type { Column } from './columns';

const SELECTION = 40;
/** Below this the headers no longer fit. */
const LEAST_SCALE = 0.75;

/**
 * Columns made a little narrower where that brings the whole list into view; else as they are. Columns in `firm`
 * keep their width: their words would be cut.
 */
export function fitted(columns: Column[], available: number, firm: ReadonlySet<string>): Column[] {
  const width = (some: Column[]) => some.reduce((total, column) => total + column.width, 0);
  const kept = columns.filter((column) => firm.has(column.name));
  const pliant = columns.filter((column) => !firm.has(column.name));
  const scale = (available - SELECTION - width(kept)) / width(pliant);
  if (scale >= 1 || scale < LEAST_SCALE) return columns;
  return columns.map((column) =>
    firm.has(column.name) ? column : { name: column.name, width: Math.floor(column.width * scale) },
  );
}
