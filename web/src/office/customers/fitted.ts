import type { Column } from './columns';

const SELECTION = 40;
/** Below this the headers no longer fit. */
const LEAST_SCALE = 0.75;

/** How columns give way; the first one, which names the row, takes what the others leave. */
interface Habits {
  /** Words that must not be cut: these keep their width. */
  firm: ReadonlySet<string>;
  /** Numbers leave room beside them: these give way first. */
  numbers: ReadonlySet<string>;
}

/** Columns made a little narrower where that brings the whole list into view; else as they are. */
export function fitted(columns: Column[], available: number, { firm, numbers }: Habits): Column[] {
  const width = (some: Column[]) => some.reduce((total, column) => total + column.width, 0);
  const room = available - SELECTION;
  const kept = columns.filter((column) => firm.has(column.name));
  const scale = Math.min(1, (room - width(kept)) / (width(columns) - width(kept)));
  const [first, ...others] = columns;
  if (!first || scale < LEAST_SCALE) return columns;
  const narrower = others.map((column) => {
    const own = firm.has(column.name) ? 1 : numbers.has(column.name) && scale < 1 ? LEAST_SCALE : scale;
    return { name: column.name, width: Math.floor(column.width * own) };
  });
  return [{ name: first.name, width: Math.floor(room - width(narrower)) }, ...narrower];
}
