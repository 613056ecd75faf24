import { isComplete, type Condition, type Group, type Part } from './model';
import { isFinished, type Tally } from './tally';

const KEYWORDS = new Set(['and', 'or', 'not', 'in', 'is', 'empty', 'where']);
const PLAIN = /^(?:[A-Za-z_][A-Za-z0-9_]*|-?\d+(?:\.\d+)?%?|\d{4}-\d{2}-\d{2}|-\d+[dwmy])$/;

/** The filter as the text that addresses, saved views and the server share. Unfinished conditions are left out. */
export function printFilter(filter: Group): string {
  return printGroup(filter, true);
}

function printGroup(group: Group, top: boolean): string {
  const parts = group.parts.map(printPart).filter((text) => text !== '');
  if (parts.length === 0) return '';
  const text = parts.join(` ${group.join} `);
  if (group.negated) return `not (${text})`;
  return top || parts.length === 1 ? text : `(${text})`;
}

function printPart(part: Part): string {
  if (part.type === 'group') return printGroup(part, false);
  if (!isComplete(part)) return '';
  return part.type === 'tally' ? printTally(part) : printCondition(part);
}

function printTally({ of, kind, where, operator, value }: Tally): string {
  const abouts = where.filter(isFinished).map((about) => `${about.what} ${about.operator} ${printValue(about.value)}`);
  const facts = abouts.length > 0 ? `${kind} where ${abouts.join(' and ')}` : kind;
  return `${of}(${facts}) ${operator} ${printValue(value)}`;
}

function printCondition(part: Condition): string {
  const values = part.values.filter((value) => value.trim() !== '').map(printValue);
  switch (part.operator) {
    case 'empty':
      return `${part.field} is empty`;
    case 'not empty':
      return `${part.field} is not empty`;
    case 'in':
      return `${part.field} in (${values.join(', ')})`;
    default:
      return `${part.field} ${part.operator} ${values[0]}`;
  }
}

/** Bare where the grammar cannot mistake it, else in quotes. */
function printValue(value: string): string {
  const text = value.trim();
  if (PLAIN.test(text) && !KEYWORDS.has(text.toLowerCase())) return text;
  return `"${text.replace(/["\\]/g, (sign) => `\\${sign}`)}"`;
}
