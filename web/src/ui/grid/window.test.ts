import { describe, expect, it } from 'vitest';
import { anchorOf, scrollToShow, topOf, windowOf, type Scroll } from './window';

const short: Scroll = { rows: 100, rowHeight: 38, viewHeight: 380, scrollTop: 0, overscan: 0 };
const million: Scroll = { ...short, rows: 1_000_000 };
const atEnd = (scroll: Scroll) => ({ ...scroll, scrollTop: windowOf(scroll).height - scroll.viewHeight });

describe('the rows that are drawn', () => {
  it('are those in view, with some beyond the edges', () => {
    expect(windowOf({ ...short, scrollTop: 380 })).toMatchObject({ first: 10, last: 20, scale: 1 });
    expect(windowOf({ ...short, scrollTop: 380, overscan: 3 })).toMatchObject({ first: 7, last: 23 });
  });

  it('never reach past the list', () => {
    expect(windowOf({ ...short, rows: 4, overscan: 12 })).toMatchObject({ first: 0, last: 4 });
    expect(windowOf({ ...short, rows: 0 })).toMatchObject({ first: 0, last: 0, height: 0 });
  });

  it('fit a million rows into what browsers can scroll, down to the last one', () => {
    expect(windowOf(million).height).toBe(12_000_000);
    expect(windowOf(atEnd(million)).last).toBe(1_000_000);
  });
});

describe('the place of a row', () => {
  it('is where it is seen, also with a scaled scroll bar', () => {
    const end = atEnd(million);
    const bottom = topOf(999_999, end) + end.rowHeight;
    expect(bottom).toBeCloseTo(end.scrollTop + end.viewHeight, 3);
  });

  it('is counted from a row nearby that stays while the reader scrolls a little', () => {
    expect([0, 63, 64, 999_999].map(anchorOf)).toEqual([0, 0, 64, 999_936]);
  });

  it('can be scrolled to from anywhere', () => {
    for (const row of [0, 1, 12_345, 500_000, 999_999]) {
      const shown = { ...million, scrollTop: scrollToShow(row, { ...million, scrollTop: 6_000_000 }) };
      const { first, last } = windowOf(shown);
      expect(row).toBeGreaterThanOrEqual(first);
      expect(row).toBeLessThan(last);
    }
  });

  it('stays where it is when it is seen already', () => {
    expect(scrollToShow(5, short)).toBe(0);
  });
});
