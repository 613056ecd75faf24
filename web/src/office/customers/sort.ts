export interface SortKey {
  name: string;
  descending: boolean;
}

/** The server takes no more. */
const MOST_KEYS = 4;

/** The order of a list for which nobody chose one, as the server has it. */
export const USUAL_SORT = '-expected_value,name';

export function readSort(text: string | undefined): SortKey[] {
  return (text || USUAL_SORT)
    .split(',')
    .filter((part) => part !== '' && part !== '-')
    .map((part) => ({ name: part.replace(/^-/, ''), descending: part.startsWith('-') }));
}

export function printSort(keys: SortKey[]): string {
  return keys.map((key) => `${key.descending ? '-' : ''}${key.name}`).join(',');
}

/**
 * A click on a column: the first sorts by it, largest first where that is what people look for, the next turns it
 * round, the third takes it away. With `add` (Shift held) the other columns stay in the order.
 */
export function clicked(keys: SortKey[], name: string, add: boolean, largestFirst: boolean): SortKey[] {
  const now = keys.find((key) => key.name === name);
  const alone = keys.length === 1;
  if (!now || (!add && !alone)) {
    const key = { name, descending: largestFirst };
    return add ? [...keys.slice(0, MOST_KEYS - 1), key] : [key];
  }
  if (now.descending === largestFirst) {
    return keys.map((key) => (key === now ? { name, descending: !key.descending } : key));
  }
  return keys.filter((key) => key !== now);
}
