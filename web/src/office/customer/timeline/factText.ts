import type { TimelineFact } from '../../../api/contract';
import type { Formats } from '../../../i18n/formats';
import type { Messages } from '../../../i18n/en';
import { attributeText } from '../attributeText';

export interface FactText {
  /** What it is, in a word. */
  title: string;
  /** Beside the title: a number, a person. */
  detail: string;
  /** What there is to read. */
  lines: string[];
}

/** A fact in the reader's words. */
export function factText(fact: TimelineFact, t: Messages, f: Formats): FactText {
  const words = t.customer;
  const parts = fact.title_parts;
  const title = words.kind[fact.kind] ?? fact.kind;
  const number = (value: unknown) => f.decimal(Number(value));
  const carried = joined(
    parts.kg != null ? words.kg(number(parts.kg)) : null,
    parts.km != null ? words.km(number(parts.km)) : null,
  );

  switch (fact.kind) {
    case 'sale': {
      const goods = parts.description ?? parts.product;
      const quantity = parts.quantity != null ? words.pieces(f.decimal(Math.abs(Number(parts.quantity)))) : null;
      return {
        title: (parts.is_return ? words.kind.return : title) ?? title,
        detail: parts.order ? words.order(parts.order) : '',
        lines: texts(joined(goods, quantity, carried)),
      };
    }
    case 'payment': {
      const state = parts.paid ? words.paid(f.day(parts.paid)) : words.notPaid;
      return {
        title,
        detail: parts.invoice ? words.invoice(parts.invoice) : '',
        lines: texts(joined(parts.due ? words.due(f.day(parts.due)) : null, state)),
      };
    }
    case 'interaction': {
      const channel = parts.channel ? (words.channel[parts.channel.toLowerCase()] ?? parts.channel) : title;
      return {
        title: channel,
        detail: joined(
          parts.direction ? words.direction[parts.direction] : null,
          parts.who ? words.with(parts.who) : null,
          parts.minutes != null ? words.minutes(number(parts.minutes)) : null,
          carried,
        ),
        lines: texts(parts.subject),
      };
    }
    case 'request':
      return {
        title,
        detail: parts.closed ? words.closed(f.wall(parts.closed) ?? '') : words.stillOpen,
        lines: texts(parts.subject),
      };
    case 'review':
      return {
        title,
        detail: parts.rating != null ? words.stars(f.share(Number(parts.rating))) : '',
        lines: texts(parts.product, parts.text),
      };
    case 'referral':
      return { title, detail: parts.referred ? words.brought(parts.referred) : '', lines: [] };
    case 'cost':
      return { title, detail: '', lines: texts(parts.activity) };
    default:
      return { title, detail: '', lines: texts(attributesText(fact.attributes, t, f)) };
  }
}

function joined(...parts: (string | null | undefined)[]): string {
  return parts.filter(Boolean).join(' · ');
}

function texts(...parts: (string | null | undefined)[]): string[] {
  return parts.filter((part): part is string => Boolean(part));
}

function attributesText(attributes: TimelineFact['attributes'], t: Messages, f: Formats): string {
  return Object.entries(attributes ?? {})
    .map(([name, value]) => t.customer.pair(t.fields.attribute[name] ?? name, attributeText(name, value, t, f)))
    .join(' · ');
}
