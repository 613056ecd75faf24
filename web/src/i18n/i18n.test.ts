import { describe, expect, it } from 'vitest';
import { en } from './en';
import { formats } from './formats';
import { fr } from './fr';
import { counted as countedEn, measured as measuredEn } from './en/counted';
import { counted as countedFr, measured as measuredFr } from './fr/counted';
import { typesetText } from './typeset';

/** Every text of a catalogue by its path; functions are called with plain arguments. */
function texts(entry: unknown, path = ''): [string, string][] {
  if (typeof entry === 'string') return [[path, entry]];
  if (typeof entry === 'function') {
    const given = path.endsWith('either') ? [['a', 'b']] : path.endsWith('otherwise') ? ['a'] : [2, 'b', 'c', 'd'];
    return [[path, String((entry as (...given: unknown[]) => unknown)(...given))]];
  }
  return Object.entries(entry as object).flatMap(([key, value]) => texts(value, `${path}.${key}`));
}

const spaces = (text: string) => text.replace(/[\u202f\u00a0]/g, ' ');

describe('the catalogues', () => {
  it('have the same texts, also where a dictionary is open', () => {
    const paths = (messages: unknown) => texts(messages).map(([path]) => path);
    expect(paths(fr)).toEqual(paths(en));
  });

  it('leave no text empty', () => {
    for (const [path, text] of [...texts(en), ...texts(fr)]) expect(text.trim(), path).not.toBe('');
  });

  it('set French punctuation after a narrow no-break space', () => {
    for (const [path, text] of texts(fr)) {
      expect(text, path).not.toMatch(/ [;:!?%»]|« /);
      expect(text, `${path}: an apostrophe is curly`).not.toMatch(/\w'\w/);
    }
    expect(typesetText('Prêt ? « Oui » : 20 %')).toBe('Prêt\u202f? «\u202fOui\u202f»\u202f: 20\u202f%');
  });

  it('never shout', () => {
    for (const [path, text] of [...texts(en), ...texts(fr)]) expect(text, path).not.toMatch(/!(?!=)/);
  });
});

describe('numbers', () => {
  it('count as each language does', () => {
    expect([0, 1, 2].map((count) => countedEn(count, 'row', 'rows'))).toEqual(['0 rows', '1 row', '2 rows']);
    expect([0, 1, 2].map((count) => spaces(countedFr(count, 'ligne', 'lignes')))).toEqual([
      '0 ligne',
      '1 ligne',
      '2 lignes',
    ]);
  });

  it('measure as each language does, by what is shown', () => {
    const { decimal } = formats('en');
    expect([0.96, 1.04, 1.1].map((days) => measuredEn(days, decimal(days), 'day', 'days'))).toEqual([
      '1 day',
      '1 day',
      '1.1 days',
    ]);
    const french = formats('fr');
    expect([1.94, 1.96].map((days) => spaces(measuredFr(days, french.decimal(days), 'jour', 'jours')))).toEqual([
      '1,9 jour',
      '2 jours',
    ]);
  });

  it('write money in its own currency, and a dash for what is unknown', () => {
    const [english, french] = [formats('en'), formats('fr')];
    const million = { amount: '200600000.00', currency: 'EUR' };
    expect(english.moneyCompact(million)).toBe('€200.6m');
    expect(spaces(french.moneyCompact(million))).toBe('200,6 M €');
    expect(english.moneyExact({ amount: '-12.50', currency: 'GBP' })).toBe('−£12.50');
    expect(english.money({ amount: '1999.6', currency: 'JPY' })).toBe('JP¥2,000');
    expect(english.money(null)).toBe('–');
    expect(english.moneyKey({ amount: '36750.40', currency: 'EUR' })).toBe('€36,750');
    expect(english.moneyKey({ amount: '2006123', currency: 'EUR' })).toBe('€2.006m');
    expect(english.moneyOne({ amount: '0.4', currency: 'EUR' })).toBe('€0.40');
  });

  it('read a day as the same day in every time zone', () => {
    expect(formats('en').day('2026-11-20')).toBe('20 Nov 2026');
    expect(formats('fr').day('2026-11-20')).toBe('20 nov. 2026');
  });

  it('show the clock of a source as it was written, and no midnight', () => {
    expect(formats('en').wall('2026-11-20T09:05:00Z')).toBe('20 Nov 2026, 09:05');
    expect(formats('en').wall('2026-11-20T00:00:00Z')).toBe('20 Nov 2026');
  });

  it('say how long and how much in words', () => {
    const { duration, bytes, ago } = formats('en');
    expect(spaces(duration(125))).toBe('2 min 5 s');
    expect(spaces(duration(3720))).toBe('1 h 2 min');
    expect(spaces(bytes(1_500_000))).toBe('1.5 MB');
    expect(ago('2026-11-18', new Date('2026-11-20T12:00:00Z'))).toBe('2 days ago');
    expect(ago('2024-11-18', new Date('2026-11-20T12:00:00Z'))).toBe('2 years ago');
  });
});
