import { useCallback, useLayoutEffect, useRef, useState } from 'react';
import { anchorOf, scrollToShow, topOf, windowOf, type Scroll } from './window';

const OVERSCAN = 12;

interface Heights {
  row: number;
  /** Header and footer, which stay in view. */
  fixed: number;
}

/** Follows the scrolling of a box and says which rows of the list it has to show. */
export function useRowWindow(rows: number, heights: Heights) {
  const box = useRef<HTMLDivElement>(null);
  const [seen, setSeen] = useState({ scrollTop: 0, height: 800 });

  const onScroll = useCallback(() => {
    const { scrollTop, clientHeight: height } = box.current!;
    setSeen((before) =>
      before.scrollTop === scrollTop && before.height === height ? before : { scrollTop, height },
    );
  }, []);

  useLayoutEffect(() => {
    if (!box.current) return;
    const observer = new ResizeObserver(onScroll);
    observer.observe(box.current);
    return () => observer.disconnect();
  }, [onScroll]);

  const scroll: Scroll = {
    rows,
    rowHeight: heights.row,
    viewHeight: Math.max(heights.row, seen.height - heights.fixed),
    scrollTop: seen.scrollTop,
    overscan: OVERSCAN,
  };
  const drawn = windowOf(scroll);
  const anchor = anchorOf(drawn.first);
  return {
    box,
    onScroll,
    ...drawn,
    anchor,
    anchorTop: topOf(anchor, scroll),
    rowsInView: Math.max(1, Math.floor(scroll.viewHeight / heights.row)),
    show: (row: number) => {
      box.current!.scrollTop = scrollToShow(row, scroll);
    },
    toStart: () => box.current?.scrollTo({ top: 0 }),
  };
}
