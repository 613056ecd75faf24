import { expect, it } from 'vitest';
import type { AlarmCause } from '../../api/contract';
import { lossesOf } from './losses';

const eur = (amount: string) => ({ amount, currency: 'EUR' });
const cause = (key: string, actual: string) => ({ part: 'owner', key, actual: eur(actual), expected: eur('5.00') }) as AlarmCause;

it('names no part as a loss that gained or lost nothing', () => {
  const causes = [cause('Claire', '20.00'), cause('Paul', '-30.00'), cause('Zoé', '0.00'), cause('Ana', '4.00')];
  expect(lossesOf({ causes }).map((one) => one.key)).toEqual(['Claire', 'Ana']);
});
