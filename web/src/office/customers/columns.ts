import type { Field } from '../../api/contract';

/** A column of the list: a field and how wide it is, in pixels. */
export interface Column {
  name: string;
  width: number;
}

export const NARROWEST = 60;
export const WIDEST = 600;

/** The columns of an address: `name:240,level:130`. */
export function printColumns(columns: Column[]): string {
  return columns.map((column) => `${column.name}:${Math.round(column.width)}`).join(',');
}

/** The columns that an address or a view names and that this person may see; the usual ones when it names none. */
export function readColumns(text: string | undefined, fields: Field[]): Column[] {
  const known = new Map(fields.map((field) => [field.name, field]));
  const read: Column[] = [];
  for (const part of (text ?? '').split(',')) {
    const [name = '', width] = part.split(':');
    const field = known.get(name);
    if (!field || read.some((column) => column.name === name)) continue;
    read.push({ name, width: clampWidth(Number(width) || field.width) });
  }
  return read.length > 0 ? read : usualColumns(fields);
}

export function usualColumns(fields: Field[]): Column[] {
  return fields.filter((field) => field.default_column).map(({ name, width }) => ({ name, width }));
}

/** The text for an address: nothing when the columns are the usual ones. */
export function columnsForAddress(columns: Column[], fields: Field[]): string | undefined {
  const text = printColumns(columns);
  return text === printColumns(usualColumns(fields)) ? undefined : text;
}

export function moved(columns: Column[], from: number, to: number): Column[] {
  const rest = columns.filter((_, place) => place !== from);
  rest.splice(Math.max(0, Math.min(rest.length, to)), 0, columns[from]!);
  return rest;
}

export function resized(columns: Column[], name: string, width: number): Column[] {
  return columns.map((column) => (column.name === name ? { name, width: clampWidth(width) } : column));
}

function clampWidth(width: number): number {
  return Math.max(NARROWEST, Math.min(WIDEST, Math.round(width)));
}
