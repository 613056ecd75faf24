import { describe, expect, it } from 'vitest';
import type { Field } from '../../../api/contract';
import { en } from '../../../i18n/en';
import { formats } from '../../../i18n/formats';
import { condition, EVERYTHING, group, topParts, withoutPart } from './model';
import { parseFilter } from './parse';
import { printFilter } from './print';
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

  it('lets everybody pass when it is blank', () => {
    expect(parseFilter('  ')).toEqual(EVERYTHING);
    expect(printFilter(EVERYTHING)).toBe('');
  });

  it.each(['level =', 'level = "strategic', 'level strategic', 'a = 1 and', '(a = 1', 'a in ()', 'a = 1)', 'a ! 1'])(
    'is left to the server where it is no filter: %s',
    (text) => {
      expect(parseFilter(text)).toBeNull();
    },
  );
});

describe('the builder', () => {
  it('leaves unfinished conditions out', () => {
    const filter = group('and', [condition('city', '=', ''), condition('owner', 'empty'), group('or', [])]);
    expect(printFilter(filter)).toBe('owner is empty');
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
  const words = (text: string) => inWords(parseFilter(text)!, fields, en, formats('en'));

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
});
