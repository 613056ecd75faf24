import type { Formats } from '../../i18n/formats';
import type { Messages } from '../../i18n/en';

/** What a source says of a customer, in the reader's words: dates, amounts and words of ours are not shown as written. */
export function attributeText(attribute: string, value: string, t: Messages, f: Formats): string {
  if (attribute === 'kind') return t.common.kind[value as 'person'] ?? value;
  if (attribute === 'birth_date' && /^\d{4}-\d{2}-\d{2}$/.test(value)) return f.day(value);
  if (attribute === 'credit_limit' && Number.isFinite(Number(value))) return f.number(Number(value));
  return value;
}
