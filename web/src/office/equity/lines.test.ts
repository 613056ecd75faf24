import { expect, it } from 'vitest';
import { en } from '../../i18n/en';
import { formats } from '../../i18n/formats';
import { rowsText } from './lines';

const eur = (amount: string) => ({ amount, currency: 'EUR' });
const line = (total_rows: number, amount: string, rest: string, is_complete: boolean) =>
  rowsText({ total_rows, amount: eur(amount), rest: eur(rest), is_complete }, en, formats('en'));

// Of a line of −54,812.35 the 1,502 customers kept by name were said to make all of it; they make +27,903.38.
it('says what those listed come to, what the rest comes to, and what the line is in all', () => {
  expect(line(1_502, '-54812.35', '-82715.73', false)).toBe(
    '1,502 customers listed, together €27,903.38. ' +
      'Who is not among the 500 of a month who matter most: −€82,715.73. The line in all: −€54,812.35.',
  );
});

it('leaves out a rest that is none', () => {
  expect(line(2, '30.00', '0.00', true)).toBe('2 customers listed, together €30.00.');
  expect(line(0, '0.00', '0.00', true)).toBe(en.equity.rowsNone);
});
