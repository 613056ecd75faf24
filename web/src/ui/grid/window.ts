/**
 * Which rows of a long list are drawn, and where.
 *
 * Browsers clip an element at some 17.9 million pixels (Firefox) or 33.5 million (Chromium), and a million rows of
 * 38 do not fit. Past `TALLEST` the scroll range is scaled: the place in the list is proportional to the scroll bar.
 */
const TALLEST = 12_000_000;

export interface Scroll {
  rows: number;
  rowHeight: number;
  /** Height in which rows are seen, header and footer taken off. */
  viewHeight: number;
  scrollTop: number;
  /** Rows drawn beyond either edge. */
  overscan: number;
}

export interface RowWindow {
  /** First row drawn. */
  first: number;
  /** One past the last row drawn. */
  last: number;
  /** Height of the scrolled element. */
  height: number;
  /** Pixels of the list in one pixel of scrolling. */
  scale: number;
}

export function windowOf({ rows, rowHeight, viewHeight, scrollTop, overscan }: Scroll): RowWindow {
  const full = rows * rowHeight;
  const height = Math.min(full, TALLEST);
  const scale = height > viewHeight ? (full - viewHeight) / (height - viewHeight) : 1;
  const offset = scrollTop * scale;
  return {
    first: clamp(Math.floor(offset / rowHeight) - overscan, 0, rows),
    last: clamp(Math.ceil((offset + viewHeight) / rowHeight) + overscan, 0, rows),
    height,
    scale,
  };
}

const BLOCK = 64;

/**
 * A row at or above the first one drawn that stays the same while the reader scrolls a little. Rows are placed from
 * it, so that only it moves: with a scaled scroll bar every row would else have a new place in every frame.
 */
export function anchorOf(first: number): number {
  return Math.floor(first / BLOCK) * BLOCK;
}

/** Where a row stands inside the scrolled element. */
export function topOf(row: number, scroll: Scroll): number {
  const { scale } = windowOf(scroll);
  return row * scroll.rowHeight - scroll.scrollTop * scale + scroll.scrollTop;
}

/** Where to scroll so that a row is seen whole; the place now when it is seen already. */
export function scrollToShow(row: number, scroll: Scroll): number {
  const { scale } = windowOf(scroll);
  const offset = scroll.scrollTop * scale;
  const top = row * scroll.rowHeight;
  const bottom = top + scroll.rowHeight;
  if (top < offset) return top / scale;
  if (bottom > offset + scroll.viewHeight) return (bottom - scroll.viewHeight) / scale;
  return scroll.scrollTop;
}

function clamp(value: number, least: number, most: number): number {
  return Math.max(least, Math.min(most, value));
}
