/** Conditions on a customer's facts, counted or added up. The server owns the grammar: crates/access/src/parse.rs. */

export const TALLIES = ['count', 'sum'] as const;
export type TallyOf = (typeof TALLIES)[number];

/** Most used first. */
export const COMPARISONS = ['>=', '<=', '>', '<', '=', '!='] as const;
export type Comparison = (typeof COMPARISONS)[number];

export const KINDS = ['sale', 'return', 'payment', 'interaction', 'request', 'review', 'referral', 'cost'] as const;
export type Kind = (typeof KINDS)[number];

/** Facts that have an amount, and can therefore be added up. */
export const AMOUNT_KINDS = ['sale', 'return', 'payment', 'cost'] as const;
export type AmountKind = (typeof AMOUNT_KINDS)[number];

/** What can be asked of a fact, and how. */
export const ABOUT_OPERATORS = {
  day: COMPARISONS,
  amount: COMPARISONS,
  text: ['~'],
  source: ['=', '~', '!='],
} as const;
export type What = keyof typeof ABOUT_OPERATORS;

interface AboutOf<W extends What> {
  what: W;
  operator: (typeof ABOUT_OPERATORS)[W][number];
  /** As written, without quotes; blank while it is unfinished. */
  value: string;
}

/** What a fact must be to be counted. */
export type About = AboutOf<'day'> | AboutOf<'amount'> | AboutOf<'text'> | AboutOf<'source'>;
export type AboutAs<W extends What> = Extract<About, { what: W }>;

export interface Tally {
  type: 'tally';
  of: TallyOf;
  kind: Kind;
  /** All of them must hold for a fact. */
  where: About[];
  operator: Comparison;
  /** A number, or for a sum an amount of the company's currency. */
  value: string;
}

export function tally(of: TallyOf, kind: Kind, operator: Comparison, value: string, ...where: About[]): Tally {
  return { type: 'tally', of, kind, where, operator, value };
}

export function hasAmount(kind: Kind): kind is AmountKind {
  return AMOUNT_KINDS.some((one) => one === kind);
}

export function isFinished(about: About): boolean {
  return about.value.trim() !== '';
}

/** The kinds that can be counted or added up; costs are there only for who sees margins. */
export function kindsOf(of: TallyOf, seesCosts: boolean): Kind[] {
  return KINDS.filter((kind) => (of === 'count' || hasAmount(kind)) && (seesCosts || kind !== 'cost'));
}

/** The same facts added up instead of counted, or the other way; the value means something else then. */
export function withOf(part: Tally, of: TallyOf): Tally {
  if (part.of === of) return part;
  const kind = of === 'sum' && !hasAmount(part.kind) ? 'sale' : part.kind;
  return { ...part, of, kind, value: '' };
}

/** The same of another kind of facts; what was asked of their amount goes where they have none. */
export function withKind(part: Tally, kind: Kind): Tally {
  return { ...part, kind, where: part.where.filter((about) => about.what !== 'amount' || hasAmount(kind)) };
}

/** The first condition on something, which a form with one place for it shows. */
export function firstOf<W extends What>(where: About[], what: W): AboutAs<W> | undefined {
  return where.find((about): about is AboutAs<W> => about.what === what);
}

/** The conditions with one of them changed, added where `before` is none, or taken away where `after` is none. */
export function replaced(where: About[], before: About | undefined, after: About | undefined): About[] {
  if (!before) return after ? [...where, after] : where;
  return where.flatMap((about) => (about !== before ? [about] : after ? [after] : []));
}
