import type { Level, MigrationCell, Migrations } from '../../api/contract';
import type { Messages } from '../../i18n/en';

/** The word for who was no customer on a date. */
export const NOBODY = 'none';

/** Better, worse or the same; from and to nowhere is neither. */
export function directionOf(places: string[], from: string, until: string): 'up' | 'down' | 'even' {
  if (from === NOBODY || until === NOBODY) return 'even';
  const [before, after] = [places.indexOf(from), places.indexOf(until)];
  return after < before ? 'up' : after > before ? 'down' : 'even';
}

/** The groups of each side as they are drawn: the best first, those outside last, left out where nobody is. */
export function sides(migrations: Migrations): { left: string[]; right: string[] } {
  const { places, cells } = migrations;
  const any = (side: 'from' | 'until') => cells.some((cell) => cell[side] === NOBODY && cell.customers > 0);
  return {
    left: [...places, ...(any('from') ? [NOBODY] : [])],
    right: [...places, ...(any('until') ? [NOBODY] : [])],
  };
}

/** How much of those who were in a group took this way. */
export function shareOfGroup(cells: MigrationCell[], cell: MigrationCell): number {
  const whole = cells.filter((one) => one.from === cell.from).reduce((sum, one) => sum + one.customers, 0);
  return whole > 0 ? cell.customers / whole : 0;
}

/** A group as the reader knows it; of a side, since outside means new before and gone after. */
export function placeName(place: string, side: 'before' | 'after', t: Messages): string {
  if (place === NOBODY) return side === 'before' ? t.classes.newcomers : t.classes.gone;
  return t.classes.name[place] ?? t.common.level[place as Level] ?? place;
}
