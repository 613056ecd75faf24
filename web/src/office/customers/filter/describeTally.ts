import type { Formats } from '../../../i18n/formats';
import type { Messages } from '../../../i18n/en';
import { isDate, readDaysBack } from './day';
import { hasAmount, isFinished, type About, type Tally, type What } from './tally';

/** What a description is written with. */
export interface Words {
  t: Messages;
  f: Formats;
  /** Of the company's amounts; plain numbers stand where it is not known. */
  currency: string | undefined;
}

/** As in French and English alike: what amount, with which words, from where, when. */
const ORDER: What[] = ['amount', 'text', 'source', 'day'];

/** "At least 2 sales lines with “lamp” in the last 90 days". */
export function describeTally(part: Tally, words: Words): string {
  const where = ORDER.map((what) => {
    const said = part.where.filter((about) => about.what === what && isFinished(about));
    return said.map((about) => describeAbout(about, words)).join(` ${words.t.customers.and} `);
  });
  const text = [head(part, words), ...where].filter(Boolean).join(' ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function head({ of, kind, operator, value }: Tally, words: Words): string {
  const t = words.t.tallies;
  const compared = Number(value);
  const known = value.trim() !== '' && Number.isFinite(compared);
  if (of === 'count') {
    if (value.trim() === '') return t.numberOf(t.kinds[kind]);
    if (compared === 0 && operator === '=') return t.none[kind];
    return `${t.operators.count[operator]} ${known ? t.counted[kind](compared) : `${value} ${t.kinds[kind]}`}`;
  }
  const what = hasAmount(kind) ? t.amounts[kind] : t.kinds[kind];
  if (value.trim() === '') return t.sumOf(what);
  return `${t.operators.sum[operator]} ${t.amountOf(amount(value, words), what)}`;
}

/** What is asked of the facts that count: "since 1 Jan 2026". */
export function describeAbout(about: About, words: Words): string {
  const t = words.t.tallies;
  switch (about.what) {
    case 'day':
      return describeDay(about, words);
    case 'amount':
      return t.amount[about.operator](amount(about.value, words));
    case 'text':
      return t.text(about.value);
    case 'source':
      return t.source[about.operator](about.value);
  }
}

function describeDay({ operator, value }: Extract<About, { what: 'day' }>, { t, f }: Words): string {
  const back = readDaysBack(value);
  if (value.trim().toLowerCase() === 'today' || back?.count === 0) return t.tallies.today[operator];
  if (!back) return t.tallies.day[operator](isDate(value) ? f.day(value) : value);
  if (operator === '>=') return t.tallies.last[back.unit](back.count);
  return t.tallies.back[operator](t.customers.span[back.unit](back.count));
}

function amount(value: string, { f, currency }: Words): string {
  const number = Number(value);
  if (value.trim() === '' || !Number.isFinite(number)) return value;
  if (!currency) return f.twoDecimals(number);
  return (Number.isInteger(number) ? f.money : f.moneyExact)({ amount: value, currency });
}
