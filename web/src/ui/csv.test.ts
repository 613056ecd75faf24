import { expect, it } from 'vitest';
import { csvText } from './csv';

it('quotes what would be read wrongly, and nothing else', () => {
  expect(csvText(['line', 'amount'], [['churn "variance"', -12.5], ['a, b', null]])).toBe(
    'line,amount\r\n"churn ""variance""",-12.5\r\n"a, b",\r\n',
  );
});
