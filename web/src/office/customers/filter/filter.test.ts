import { describe, expect, it } from 'vitest';
import type { Field } from '../../../api/contract';
import { en } from '../../../i18n/en';
import { formats } from '../../../i18n/formats';
import { fr } from '../../../i18n/fr';
import { condition, EVERYTHING, group, isComplete, topParts, withoutPart } from './model';
import { parseFilter } from './parse';
import { printFilter } from './print';
import { firstOf, kindsOf, replaced, tally, withKind, withOf, type About, type Tally } from './tally';
import { describe as inWords } from './useDescribe';

const reads = (text: string) => printFilter(parseFilter(text) ?? EVERYTHING);

describe('the text of a filter', () => {
  it.each([
    'level = strategic',
    'level = strategic and last_purchase < -90d',
    'level = strategic and (city ~ "Saint-Étienne" or past_revenue >= 1000) and owner is empty',
    'source in (shop, "field sales")',
    'not (p_alive < 50% or owner is not empty)',
    'name = "and"',
    'name ~ "says \\"hello\\" \\\\ twice"',
    'expected_value > -12.50 and first_purchase >= 2024-01-31',
    '(level = high and city = Lyon) or level = strategic',
    'count(sale) >= 3',
    'count(sale where text ~ lamp and day >= -90d) >= 2',
    'sum(sale where day >= -1y) > 500',
    'count(request where day >= -6m) = 0',
    'sum(payment where amount >= 20 and amount < 50.50 and day > 2026-01-31 and day <= today) != 100',
    'count(interaction where source != "field sales" and text ~ "where and who") < 4',
    'level = high or (not (count(review where source ~ web) <= 1) and sum(cost) >= 10)',
  ])('reads back as it was written: %s', (text) => {
    expect(reads(text)).toBe(text);
  });

  it('binds "and" more tightly than "or"', () => {
    expect(parseFilter('a = 1 or b = 2 and c = 3')).toEqual(
      group('or', [condition('a', '=', '1'), group('and', [condition('b', '=', '2'), condition('c', '=', '3')])]),
    );
  });

  it('reads words in any case and both kinds of quotes', () => {
    expect(reads("city = 'Le Mans' AND Owner IS NOT EMPTY")).toBe('city = "Le Mans" and Owner is not empty');
  });

  it('reads conditions on facts in any case', () => {
    const lamps: About = { what: 'text', operator: '~', value: 'lamp' };
    const lately: About = { what: 'day', operator: '>=', value: '-90d' };
    expect(parseFilter('COUNT (Sale WHERE Text ~ "lamp" AND day>=-90d) >= 2')).toEqual(
      group('and', [tally('count', 'sale', '>=', '2', lamps, lately)]),
    );
  });

  it('keeps a field apart from a tally of its name', () => {
    expect(parseFilter('count = 3')).toEqual(group('and', [condition('count', '=', '3')]));
  });

  it('lets everybody pass when it is blank', () => {
    expect(parseFilter('  ')).toEqual(EVERYTHING);
    expect(printFilter(EVERYTHING)).toBe('');
  });

  it.each([
    'level =',
    'level = "strategic',
    'level strategic',
    'a = 1 and',
    '(a = 1',
    'a in ()',
    'a = 1)',
    'a ! 1',
    'count(sale)',
    'count(sale) >=',
    'count(sale >= 2',
    'count() > 2',
    'count(description) > 2',
    'count(sale) ~ 2',
    'count(sale) in (1, 2)',
    'count(sale) is empty',
    'average(sale) > 2',
    'sum(request) > 2',
    'count(request where amount > 3) > 2',
    'count(sale where) > 2',
    'count(sale where text = lamp) > 2',
    'count(sale where source > shop) > 2',
    'count(sale where day ~ 2026) > 2',
    'count(sale where day > -1y or day < -2y) > 2',
    'count(sale where day > -1y and) > 2',
    'count(sale where level = high) > 2',
  ])('is left to the server where it is no filter: %s', (text) => {
    expect(parseFilter(text)).toBeNull();
  });
});

describe('the builder', () => {
  it('leaves unfinished conditions out', () => {
    const filter = group('and', [condition('city', '=', ''), condition('owner', 'empty'), group('or', [])]);
    expect(printFilter(filter)).toBe('owner is empty');
  });

  it('leaves a tally out until it has a number, and what is unfinished of its facts', () => {
    const blank = tally('count', 'sale', '>=', ' ');
    const wordless = tally('sum', 'sale', '>=', '5', { what: 'text', operator: '~', value: '' });
    expect([blank, wordless].map(isComplete)).toEqual([false, true]);
    expect(printFilter(group('and', [blank, wordless]))).toBe('sum(sale) >= 5');
  });

  it('offers costs to who sees them, and sums of what has an amount', () => {
    const withoutCosts = ['sale', 'return', 'payment', 'interaction', 'request', 'review', 'referral'];
    expect(kindsOf('count', false)).toEqual(withoutCosts);
    expect(kindsOf('sum', true)).toEqual(['sale', 'return', 'payment', 'cost']);
  });

  it('keeps of a tally what still makes sense when its kind or its outcome changes', () => {
    const read = (text: string) => parseFilter(text)!.parts[0] as Tally;
    const small = read('count(return where amount < 5 and amount > 1 and text ~ lamp) = 2');
    expect(withKind(small, 'payment').where).toEqual(small.where);
    expect(withKind(small, 'request')).toEqual(read('count(request where text ~ lamp) = 2'));
    expect(withOf(small, 'sum')).toEqual({ ...small, of: 'sum', value: '' });
    expect(withOf(read('count(review) = 2'), 'sum').kind).toBe('sale');
  });

  it('changes one condition on facts and leaves the others', () => {
    const { where } = parseFilter('count(sale where day >= -1y and amount > 3 and day < -1m) > 2')!.parts[0] as Tally;
    const since = firstOf(where, 'day')!;
    expect(since).toBe(where[0]);
    const [, ...others] = where;
    const earlier: About = { ...since, value: '-2y' };
    expect(replaced(where, since, earlier)).toEqual([earlier, ...others]);
    expect(replaced(where, since, undefined)).toEqual(others);
    const shop: About = { what: 'source', operator: '=', value: 'shop' };
    expect(replaced(where, firstOf(where, 'source'), shop)).toEqual([...where, shop]);
  });

  it('shows one chip for each part that must hold, and one for a whole "or"', () => {
    const both = parseFilter('city = Lyon and (level = high or level = low)')!;
    const either = parseFilter('level = high or level = low')!;
    expect(topParts(both)).toHaveLength(2);
    expect(topParts(either)).toHaveLength(1);
    expect(printFilter(withoutPart(both, 0))).toBe('level = high or level = low');
    expect(printFilter(withoutPart(either, 0))).toBe('');
  });
});

describe('a chip', () => {
  const field = (name: string, type: Field['type']) => ({ name, type }) as Field;
  const fields = [field('level', 'choice'), field('p_alive', 'share'), field('last_purchase', 'day'), field('city', 'text')];
  const english = { t: en, f: formats('en'), currency: 'EUR' };
  const french = { t: fr, f: formats('fr'), currency: 'EUR' };
  const plain = (text: string) => text.replace(/[\u202f\u00a0]/g, ' ');
  const words = (text: string, by = english) => plain(inWords(parseFilter(text)!, fields, by));

  it.each([
    ['level = strategic', 'Level is Strategic'],
    ['last_purchase < -90d', 'Last purchase more than 90 days ago'],
    ['last_purchase >= 2026-01-31', 'Last purchase is on or after 31 Jan 2026'],
    ['p_alive <= 0.5', 'Still active is at most 50%'],
    ['city in (Lyon, Lille)', 'City is one of Lyon, Lille'],
    ['not (city is empty or level = low)', 'not (City is empty or Level is Low)'],
  ])('says %s in words', (text, said) => {
    expect(words(text)).toBe(said);
  });

  it.each([
    [
      'count(sale where text ~ "lamp" and day >= -90d) >= 2',
      'At least 2 sales lines with “lamp” in the last 90 days',
      'Au moins 2 lignes de vente avec « lampe » sur les 90 derniers jours',
    ],
    ['count(sale) >= 1', 'At least 1 sales line', 'Au moins 1 ligne de vente'],
    [
      'count(request where day >= -6m) = 0',
      'No requests in the last 6 months',
      'Aucune demande sur les 6 derniers mois',
    ],
    ['count(review) = 3', 'Exactly 3 reviews', 'Exactement 3 avis'],
    ['count(referral) < 2', 'Fewer than 2 referrals', 'Moins de 2 parrainages'],
    [
      'count(interaction where source = "desk") <= 1000',
      'At most 1,000 contacts from the source “desk”',
      'Au plus 1 000 contacts de la source « desk »',
    ],
    [
      'sum(sale where day >= -1y) > 500',
      'More than €500 of sales in the last year',
      'Plus de 500 € de ventes depuis un an',
    ],
    [
      'sum(payment where day < 2026-01-01 and source != bank) < 99.5',
      'Less than €99.50 of payments from any source but “bank” before 1 Jan 2026',
      'Moins de 99,50 € de paiements de toute source sauf « bank » avant le 1er janv. 2026',
    ],
    [
      'sum(return where amount >= 20 and day >= -1y and day <= -1m) >= 100',
      'At least €100 of returns of €20 or more in the last year and at least 1 month ago',
      'Au moins 100 € de retours de 20 € ou plus depuis un an et il y a au moins 1 mois',
    ],
    [
      'count(cost where day >= today) != 1',
      'Not exactly 1 cost since today',
      'Pas exactement 1 coût depuis aujourd’hui',
    ],
    [
      'not (count(sale) > 2 or level = low)',
      'not (More than 2 sales lines or Level is Low)',
      'non (Plus de 2 lignes de vente ou Niveau est Faible)',
    ],
  ])('says of facts %s', (text, inEnglish, inFrench) => {
    expect(words(text)).toBe(inEnglish);
    expect(words(text.replace('lamp', 'lampe'), french)).toBe(inFrench);
  });

  it('says what an unfinished tally is about, and plain numbers where no currency is known', () => {
    const said = (part: Tally, by = english) => inWords(part, fields, by);
    expect(said(tally('count', 'request', '>=', ''))).toBe('Number of requests');
    expect(said(tally('sum', 'sale', '>=', ''), french)).toBe('Somme de ventes');
    expect(said(tally('sum', 'sale', '>=', '500'), { ...english, currency: '' })).toBe('At least 500 of sales');
  });
});
