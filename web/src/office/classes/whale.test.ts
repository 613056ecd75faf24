import { expect, it } from 'vitest';
import type { Classes } from '../../api/contract';
import { whalePeak, whaleShares } from './whale';

const euro = (amount: string) => ({ amount, currency: 'EUR' });
const classes = (contribution: string): Classes =>
  ({
    customers: 1000,
    contribution: euro(contribution),
    whale: {
      points: [
        { customers: 0, contribution: euro('0') },
        { customers: 490, contribution: euro('124.00') },
        { customers: 1000, contribution: euro('100.00') },
      ],
      peak: { customers: 487, contribution: euro('125.00') },
    },
  }) as unknown as Classes;

// The words said the best of 101 points, which is the top only by chance.
it('names the exact top and not the nearest point', () => {
  expect(whalePeak(classes('100.00'))).toEqual({ customers: 0.487, share: 1.25 });
  expect(whaleShares(classes('100.00'))?.[1]).toEqual({ customers: 0.49, share: 1.24 });
});

it('has no top where all together bring nothing', () => {
  expect(whalePeak(classes('0.00'))).toBeNull();
  expect(whaleShares(classes('-5.00'))).toBeNull();
});
