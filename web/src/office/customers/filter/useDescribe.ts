import { useCallback, useMemo } from 'react';
import type { Field, FieldType, Level } from '../../../api/contract';
import type { Formats } from '../../../i18n/formats';
import type { Messages } from '../../../i18n/en';
import { useI18n } from '../../../i18n/I18n';
import { useSession } from '../../session/useSession';
import { isDate, readDaysBack, shareToPercent } from './day';
import { describeTally, type Words } from './describeTally';
import type { Condition, Part } from './model';
import { operatorWord } from './operators';

/** Gives a part of a filter in the reader's words: what a chip says. */
export function useDescribe(fields: Field[]): (part: Part) => string {
  const words = useWords();
  return useCallback((part: Part) => describe(part, fields, words), [fields, words]);
}

/** The reader's language and the company's currency. */
export function useWords(): Words {
  const { t, f } = useI18n();
  const currency = useSession().company?.currency;
  return useMemo(() => ({ t, f, currency }), [t, f, currency]);
}

export function describe(part: Part, fields: Field[], words: Words): string {
  if (part.type === 'condition') return describeCondition(part, fields, words);
  if (part.type === 'tally') return describeTally(part, words);
  const { t } = words;
  const inner = part.parts
    .map((one) => {
      const text = describe(one, fields, words);
      return one.type === 'group' && !one.negated && one.parts.length > 1 ? `(${text})` : text;
    })
    .join(` ${t.customers[part.join]} `);
  return part.negated ? `${t.customers.not} (${inner})` : inner;
}

function describeCondition(part: Condition, fields: Field[], { t, f }: Words): string {
  const field = fields.find((one) => one.name === part.field);
  const type = field?.type ?? 'text';
  const values = part.values.map((value) => describeValue(value, type, t, f)).join(', ');
  const name = t.fields.customer[part.field] ?? part.field;
  const since = type === 'day' ? describeSince(part, t) : null;
  if (since) return `${name} ${since}`;
  return [name, operatorWord(part.operator, type, t.customers), values].filter(Boolean).join(' ');
}

/** A time counted back from today reads better in one piece: "more than 90 days ago". */
function describeSince(part: Condition, t: Messages): string | null {
  const back = readDaysBack(part.values[0] ?? '');
  if (!back) return null;
  const span = t.customers.span[back.unit](back.count);
  if (part.operator === '<' || part.operator === '<=') return t.customers.moreThanAgo(span);
  if (part.operator === '>' || part.operator === '>=') return t.customers.lessThanAgo(span);
  return null;
}

export function describeValue(value: string, type: FieldType, t: Messages, f: Formats): string {
  switch (type) {
    case 'choice':
      return choiceLabel(value, t);
    case 'share':
      return f.share(Number(shareToPercent(value)) / 100);
    case 'number':
    case 'money':
      return Number.isFinite(Number(value)) ? f.twoDecimals(Number(value)) : value;
    case 'day': {
      const back = readDaysBack(value);
      if (back) return t.customers.ago(t.customers.span[back.unit](back.count));
      if (isDate(value)) return f.day(value);
      return value.toLowerCase() === 'today' ? t.customers.today : value;
    }
    default:
      return value;
  }
}

/** The page's word for one of a field's words. */
export function choiceLabel(choice: string, t: Messages): string {
  const words: Record<string, string> = { ...t.common.level, ...t.common.kind };
  return words[choice as Level] ?? choice;
}
