import type { FieldType } from '../../../api/contract';
import type { Messages } from '../../../i18n/en';
import type { Operator } from './model';

/** Which words a type of field compares with; money and shares read like numbers. */
type Words = keyof Messages['customers']['operators'];

export function wordsOf(type: FieldType): Words {
  return type === 'money' || type === 'share' ? 'number' : type;
}

/** The comparisons that make sense for a type of field, most used first. */
export const OPERATORS_OF: Record<Words, Operator[]> = {
  text: ['~', '=', '!=', 'in', 'empty', 'not empty'],
  number: ['>=', '<=', '>', '<', '=', '!=', 'empty', 'not empty'],
  day: ['<', '>', '<=', '>=', '=', '!=', 'empty', 'not empty'],
  choice: ['=', '!=', 'in', '>=', '<=', 'empty', 'not empty'],
};

/** The words for a comparison; also for one that an address names though its field seldom has it. */
export function operatorWord(operator: Operator, type: FieldType, t: Messages['customers']): string {
  const words: Partial<Record<Operator, string>> = t.operators[wordsOf(type)];
  const others: Partial<Record<Operator, string>> = { ...t.operators.text, ...t.operators.number };
  return words[operator] ?? others[operator] ?? operator;
}
