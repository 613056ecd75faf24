/** A filter over customers as the builder edits it. The server owns the grammar: crates/access/src/parse.rs. */

import type { Tally } from './tally';

export const OPERATORS = ['=', '!=', '<', '<=', '>', '>=', '~', 'in', 'empty', 'not empty'] as const;
export type Operator = (typeof OPERATORS)[number];

export interface Condition {
  type: 'condition';
  field: string;
  operator: Operator;
  /** None for `empty`, one for a comparison, one or more for `in`; as written, without quotes. */
  values: string[];
}

export interface Group {
  type: 'group';
  join: 'and' | 'or';
  negated: boolean;
  parts: Part[];
}

/** What is true of a customer or not: of a field of his, or of his facts. */
export type Test = Condition | Tally;
export type Part = Test | Group;

export function condition(field: string, operator: Operator, ...values: string[]): Condition {
  return { type: 'condition', field, operator, values };
}

export function group(join: Group['join'], parts: Part[], negated = false): Group {
  return { type: 'group', join, negated, parts };
}

/** Lets every customer pass. */
export const EVERYTHING: Group = group('and', []);

/** Whether a test says enough to be asked. */
export function isComplete(part: Test): boolean {
  if (part.type === 'tally') return part.value.trim() !== '';
  if (part.operator === 'empty' || part.operator === 'not empty') return true;
  return part.values.some((value) => value.trim() !== '');
}

/** The same filter as a group of conditions joined by "and", which is what chips stand for. */
export function topParts(filter: Group): Part[] {
  return filter.join === 'and' && !filter.negated ? filter.parts : [filter];
}

/** The filter without one of its top parts. */
export function withoutPart(filter: Group, index: number): Group {
  const rest = topParts(filter).filter((_, place) => place !== index);
  return rest.length === 1 && rest[0]!.type === 'group' ? rest[0]! : group('and', rest);
}
