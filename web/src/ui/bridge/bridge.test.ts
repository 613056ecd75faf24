import { describe, expect, it } from 'vitest';
import { breakable, bridgeScale, type BridgeStep } from './bridge';

const total = (amount: number): BridgeStep => ({ kind: 'total', amount });
const change = (amount: number): BridgeStep => ({ kind: 'change', amount });

describe('a bridge', () => {
  it('leads from the opening to the closing, each bar where the last one ended', () => {
    const { bars } = bridgeScale([total(100), change(30), change(-50), total(80)]);
    expect(bars[1]!.from).toBeCloseTo(bars[0]!.to);
    expect(bars[2]!.to).toBeCloseTo(bars[1]!.to);
    expect(bars[2]!.level).toBeCloseTo(bars[3]!.to);
    expect(bars[2]!.to - bars[2]!.from).toBeGreaterThan(bars[1]!.to - bars[1]!.from);
  });

  it('starts at zero while the changes can be seen', () => {
    const { cutAt, bars, ticks } = bridgeScale([total(100), change(30), change(-50), total(80)]);
    expect(cutAt).toBeNull();
    expect(bars[0]!.from).toBe(0);
    expect(ticks[0]).toEqual({ value: 0, place: 0 });
  });

  it('is cut, and says where, when the totals would dwarf the changes', () => {
    const { cutAt, bars } = bridgeScale([total(1000), change(30), change(-10), total(1020)]);
    expect(cutAt).toBeGreaterThan(900);
    expect(bars.every((bar) => bar.from >= 0 && bar.to <= 1)).toBe(true);
    expect(bars[1]!.to - bars[1]!.from).toBeGreaterThan(0.2);
  });

  it('goes below the ground and comes back', () => {
    const { bars, ticks } = bridgeScale([total(10), change(-30), total(-20)]);
    const zero = ticks.find((tick) => tick.value === 0)!.place;
    expect(bars[0]!.from).toBeCloseTo(zero);
    expect(bars[2]!.to).toBeCloseTo(zero);
    expect(bars[1]!.from).toBeCloseTo(bars[2]!.from);
  });

  it('draws nothing moving where nothing moved', () => {
    const { bars } = bridgeScale([total(0), change(0), total(0)]);
    for (const bar of bars) expect(bar.to - bar.from).toBeCloseTo(0);
  });
});

it('lets long words of a label break between syllables, and leaves short ones whole', () => {
  const shown = (label: string) => breakable(label).replaceAll('\u00ad', '-');
  expect(shown('Acquired')).toBe('Acquired');
  expect(shown('Unwinding')).toBe('Unwin-ding');
  expect(shown('Reactivated')).toBe('Reac-ti-va-ted');
  expect(shown('Développement')).toBe('Déve-lop-pe-ment');
  expect(shown('Changement de modèle')).toBe('Chan-ge-ment de modèle');
});
