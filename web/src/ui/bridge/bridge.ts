/** Where the bars of a bridge stand: each change starts where the one before it ended. */
import { roundTicks } from '../chart/ticks';

export interface BridgeStep {
  /** A total stands on the ground; a change hangs between two levels. */
  kind: 'total' | 'change';
  amount: number;
}

export interface BridgeBar {
  /** Lower and upper end, as shares of the axis from 0 to 1. */
  from: number;
  to: number;
  /** Where the next bar starts, as a share of the axis. */
  level: number;
}

export interface BridgeScale {
  bars: BridgeBar[];
  /** Numbers along the axis with their places from 0 to 1. */
  ticks: { value: number; place: number }[];
  /** What the axis starts at when that is not zero: to be said beside the drawing. */
  cutAt: number | null;
}

/** The axis is cut only where the totals would dwarf the changes between them. */
const DWARFED = 0.35;

export function bridgeScale(steps: BridgeStep[]): BridgeScale {
  const ends = stepEnds(steps);
  const changes = ends.filter((_, place) => steps[place]!.kind === 'change').flatMap(({ low, high }) => [low, high]);
  const totals = steps.filter((step) => step.kind === 'total').map((step) => step.amount);
  const near = [...changes, ...totals];
  const [low, high] = [Math.min(...near), Math.max(...near)];
  const isCut = near.length > 0 && low > 0 && high - low < DWARFED * high;
  const axis = isCut ? roundTicks(low - (high - low) * 0.2, high) : roundTicks(Math.min(0, low), Math.max(0, high));
  const [bottom, top] = [Math.max(axis[0]!, isCut ? 0 : axis[0]!), axis.at(-1)!];
  const place = (value: number) => (value - bottom) / (top - bottom);
  return {
    bars: ends.map((end, at) => {
      const ground = steps[at]!.kind === 'total' ? Math.max(bottom, Math.min(0, top)) : null;
      const [from, to] = ground === null ? [end.low, end.high] : [Math.min(ground, end.high), Math.max(ground, end.high)];
      return { from: place(from), to: place(to), level: place(end.level) };
    }),
    ticks: axis.filter((value) => value >= bottom).map((value) => ({ value, place: place(value) })),
    cutAt: bottom > 0 ? bottom : null,
  };
}

function stepEnds(steps: BridgeStep[]): { low: number; high: number; level: number }[] {
  let level = 0;
  return steps.map(({ kind, amount }) => {
    if (kind === 'total') {
      level = amount;
      return { low: amount, high: amount, level };
    }
    const before = level;
    level += amount;
    return { low: Math.min(before, level), high: Math.max(before, level), level };
  });
}

const VOWELS = 'aeiouyàâéèêëîïôûü';
const LONG_WORD = 8;
const SYLLABLE = new RegExp(`(?<=\\p{L}{3})(?<=[${VOWELS}]\\p{L}?)(?=[^${VOWELS}\\P{L}][${VOWELS}]\\p{L}{1,})`, 'giu');

/** A label that may be broken between syllables, as English and French nearly agree on them, where a bar is narrow. */
export function breakable(label: string): string {
  return label.replace(/\p{L}+/gu, (word) => (word.length > LONG_WORD ? word.replace(SYLLABLE, '\u00ad') : word));
}
