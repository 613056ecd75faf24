export type DayUnit = 'd' | 'w' | 'm' | 'y';
export const DAY_UNITS: DayUnit[] = ['d', 'w', 'm', 'y'];

export interface DaysBack {
  count: number;
  unit: DayUnit;
}

/** `-90d` as ninety days back; `null` for a date or an unfinished text. */
export function readDaysBack(text: string): DaysBack | null {
  const found = /^-(\d+)([dwmy])$/.exec(text.trim());
  return found ? { count: Number(found[1]), unit: found[2] as DayUnit } : null;
}

export function printDaysBack({ count, unit }: DaysBack): string {
  return `-${count}${unit}`;
}

export function isDate(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text.trim());
}

/** A share as people type it, in percent: `0.5` and `50%` are both 50. */
export function shareToPercent(text: string): string {
  const plain = text.trim();
  if (plain === '' || plain.endsWith('%')) return plain.replace(/%$/, '');
  const value = Number(plain);
  return Number.isFinite(value) ? String(Math.round(value * 10_000) / 100) : plain;
}

export function percentToShare(percent: string): string {
  const plain = percent.trim().replace(',', '.');
  return plain === '' ? '' : `${plain}%`;
}
