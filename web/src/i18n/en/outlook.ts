import { counted, measured } from './counted';

const DAYS_A_MONTH = 30.4375;
const DAYS_A_YEAR = 365.25;

export const outlook = {
  title: 'What to expect, and why',
  /** Days as people say them. */
  span: (days: number) => {
    if (days < 61) return counted(Math.round(days), 'day', 'days');
    if (days < 2 * DAYS_A_YEAR) return counted(Math.round(days / DAYS_A_MONTH), 'month', 'months');
    return counted(Math.round(days / DAYS_A_YEAR), 'year', 'years');
  },
  /** A number of purchases, with its decimals as they are shown. */
  purchases: (count: number, shown: string) => measured(count, shown, 'purchase', 'purchases'),
  finding: {
    margin: (value: string, span: string) => `${value} of margin in the next ${span}.`,
    spend: (value: string, span: string) => `${value} of spend in the next ${span}.`,
  },
  findingInterval: (low: string, high: string) => `In 80 of 100 cases between ${low} and ${high}.`,
  chart: 'Purchases to come',
  dayHead: 'Up to',
  purchasesHead: 'Purchases',
  rangeHead: '80 of 100',
  range: (low: string, high: string) => `${low} to ${high}`,
  valueHead: 'Value',
  residual: 'Without a horizon',
  residualHint: (rate: string) => `discounted at ${rate} a year`,
  noBound: 'no bound',
  noBoundHint: 'At this rate what is still to come has no end.',
  life: 'Remains a customer',
  lifeValue: (span: string) => `about ${span}`,
  lifeHint: 'as likely longer as shorter',
  lifeOver: 'has more likely left',
  lifeOverHint: 'than not',
  lifeNoBound: 'for good',
  lifeNoBoundHint: 'no end is in sight',
  next: 'Next purchase',
  nextValue: (day: string) => `about ${day}`,
  nextNone: 'hardly any',
  nextHint: (chance: string) => `if there is one: chance ${chance}`,
  why: 'Why',
  bought: (count: number, age: string) => `${counted(count, 'day', 'days')} with a purchase in ${age}.`,
  silent: (days: number, day: string) => `The last one was ${counted(days, 'day', 'days')} before ${day}.`,
  sameDay: (day: string) => `The last one was on ${day}, the day of the computation.`,
  withinGap: (gap: number) => `Usually ${counted(gap, 'day passes', 'days pass')} between two: this silence is nothing unusual.`,
  beyondGap: (gap: number) => `Usually ${counted(gap, 'day passes', 'days pass')} between two: this silence is longer.`,
  alive: (share: string) => `So the chance of still being a customer is ${share}.`,
  newcomer: 'One purchase says little: this rests mostly on what all others did after their first one.',
  /** Those of the same group, by what the group is of. */
  like: {
    sources: (count: number, label: string) => `${counted(count, 'customer', 'customers')} who first bought through “${label}”`,
    kind: (count: number, label: string) =>
      label === 'organisation' ? counted(count, 'organisation', 'organisations') : counted(count, 'person', 'persons'),
    country: (count: number, label: string) => `${counted(count, 'customer', 'customers')} in ${label}`,
    industry: (count: number, label: string) => `${counted(count, 'customer', 'customers')} of the line of business “${label}”`,
    cohort: (count: number, label: string) => `${counted(count, 'customer', 'customers')} of ${label}`,
  } as Record<string, (count: number, label: string) => string>,
  likeDid: {
    purchases: (who: string, times: string, span: string) =>
      `${who} bought ${times} times as often as all newcomers within ${span} of their first purchase`,
    amounts: (who: string, times: string) =>
      `${who} spent ${times} times as much on a purchase after the first one as all newcomers`,
  },
  timesWithin: (low: string, high: string) => `(in 80 of 100 cases between ${low} and ${high}).`,
  likeHere: (times: string) =>
    `So ${times} times the purchases that the models foretell are expected here, nearer to once with every week: the customer’s own past says more and more.`,
  besideNewcomer: (usual: string, here: string) => `After a first purchase ${usual} are expected; here ${here}.`,
  change: 'What would change it',
  ifBought: (day: string, purchases: string, value: string) => `With a purchase on ${day}: ${purchases}, ${value}.`,
  ifSilent: (days: number, purchases: string, value: string) =>
    `After ${counted(days, 'more day', 'more days')} without one: ${purchases}, ${value}.`,
  members: 'What each model says',
  modelHead: 'Model',
  weightHead: 'Weight',
  aliveHead: 'Active',
  past: 'Apart from that, so far',
  pastMargin: (money: string) => `${money} of margin, never added to what is expected.`,
  pastRevenue: (money: string) => `${money} of revenue, never added to what is expected.`,
  prospect: 'No purchase is known yet: this is what customers like this one brought.',
  prospectFinding: {
    margin: (value: string, span: string) => `${value} of margin on average in ${span}.`,
    spend: (value: string, span: string) => `${value} of spend on average in ${span}.`,
  },
  prospectInterval: (low: string, high: string) => `In 80 of 100 cases their mean lies between ${low} and ${high}.`,
  alike: (count: number, span: string) =>
    `${counted(count, 'customer', 'customers')} like this one had not bought ${span} before.`,
  everybody: (count: number, span: string) =>
    `Too few come from the same sources: all ${counted(count, 'customer', 'customers')} who had not bought ${span} before stand for them.`,
  since: (count: number) => `${counted(count, 'of them has', 'of them have')} bought since; those who bought nothing count as well.`,
  scaled: (days: number) => `The log tells of ${counted(days, 'day', 'days')} only: what they brought is scaled to the horizon.`,
  believed: {
    sources: (share: string) => `What the same sources brought is believed by ${share}.`,
    kind: (share: string) => `What the same kind brought is believed by ${share}.`,
    country: (share: string) => `What the same country brought is believed by ${share}.`,
    industry: (share: string) => `What the same line of business brought is believed by ${share}.`,
    credit_limit: (share: string) => `What a like credit limit brought is believed by ${share}.`,
    both: (share: string) => `What both together brought is believed by ${share}.`,
  } as Record<string, (share: string) => string>,
  unknown: 'Nothing can be expected yet: the next computation of the values says more.',
};
