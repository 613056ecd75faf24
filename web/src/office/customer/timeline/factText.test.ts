import { describe, expect, it } from 'vitest';
import type { TimelineFact } from '../../../api/contract';
import { en } from '../../../i18n/en';
import { formats } from '../../../i18n/formats';
import { factText } from './factText';

const f = formats('en');
const text = (kind: string, parts: Partial<TimelineFact['title_parts']>) =>
  factText(
    {
      id: 1,
      kind,
      happened_at: '2026-11-20T00:00:00Z',
      learned_at: '2026-11-21T00:00:00Z',
      source: 'shop',
      record_key: '12',
      reference: null,
      title_parts: { is_return: false, ...parts },
      amount: null,
      margin: null,
    },
    en,
    f,
  );

describe('a fact in words', () => {
  it('names what was bought, and how much of it', () => {
    expect(text('sale', { order: 'A-17', description: 'Teapot', quantity: '3' })).toEqual({
      title: 'Purchase',
      detail: 'Order A-17',
      lines: ['Teapot · 3 pcs'],
    });
    expect(text('sale', { is_return: true, product: 'T1', quantity: '-1' }).title).toBe('Return');
  });

  it('says with whom and how long somebody spoke', () => {
    expect(text('interaction', { channel: 'call', direction: 'inbound', who: 'Nadia', minutes: '12' })).toEqual({
      title: 'Call',
      detail: 'from the customer · with Nadia · 12 min',
      lines: [],
    });
  });

  it('keeps a channel that only the source knows', () => {
    expect(text('interaction', { channel: 'Trade fair' }).title).toBe('Trade fair');
  });

  it('shows what a source says of the customer as his page does', () => {
    const fact = { kind: 'description', title_parts: {}, attributes: { birth_date: '1956-07-01', kind: 'person' } };
    expect(factText(fact as unknown as TimelineFact, en, f).lines).toEqual(['Date of birth: 1 Jul 1956 · Type: Person']);
  });

  it('tells an open request and an open invoice from closed ones', () => {
    expect(text('request', { subject: 'Broken lid' }).detail).toBe('still open');
    expect(text('payment', { invoice: 'F-9', due: '2026-10-01' }).lines).toEqual(['due 1 Oct 2026 · not paid yet']);
  });
});
