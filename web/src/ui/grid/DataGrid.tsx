import { useCallback, useEffect, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { useHotkeys } from '../keys/hotkeys';
import { cellClass, cellStyle } from './cell';
import { GridHeader } from './GridHeader';
import { GridRow } from './GridRow';
import { useRowWindow } from './useRowWindow';
import type { GridColumn, GridSort } from './types';
import './grid.css';

const ROW = 38;
const HEADER = 34;
const FOOTER = 34;
const CHECK = 40;

interface Props<Row> {
  label: string;
  columns: GridColumn<Row>[];
  /** All rows of the list, also those that are not here yet. */
  total: number;
  rowAt: (index: number) => Row | undefined;
  /** Another list begins: the view goes back to its top. */
  listKey: string;
  sort: GridSort[];
  onSort: (name: string, add: boolean) => void;
  onResize: (name: string, width: number) => void;
  onMove: (from: number, to: number) => void;
  isSelected: (row: Row) => boolean;
  /** Turns the selection of these rows on or off. */
  onSelect: (rows: Row[], on: boolean) => void;
  onClear: () => void;
  checkLabel: (row: Row) => string;
  onOpen: (row: Row) => void;
  /** Which rows are drawn now. */
  onWindow: (first: number, last: number) => void;
  /** What stands in the first cell below the list. */
  footer: ReactNode;
}

/** A list of up to millions of rows: only those in view are drawn, and the caller fetches only those. */
export function DataGrid<Row>(props: Props<Row>) {
  const { columns, total, rowAt, isSelected, onSelect, onWindow, listKey } = props;
  const [current, setCurrent] = useState(0);
  const anchor = useRef<number | null>(null);
  const view = useRowWindow(total, { row: ROW, fixed: HEADER + FOOTER });
  const width = columns.reduce((sum, column) => sum + column.width, CHECK);

  useEffect(() => onWindow(view.first, view.last), [onWindow, view.first, view.last]);
  useEffect(() => {
    setCurrent(0);
    view.toStart();
    // Only another list brings the view back to the top.
  }, [listKey]);

  const toggle = useCallback(
    (index: number) => {
      const row = rowAt(index);
      if (row !== undefined) onSelect([row], !isSelected(row));
    },
    [rowAt, onSelect, isSelected],
  );
  const go = (to: number) => {
    const index = Math.max(0, Math.min(total - 1, to));
    setCurrent(index);
    view.show(index);
    return index;
  };
  const step = (by: number) => {
    anchor.current = null;
    view.box.current?.focus({ preventScroll: true });
    go(current + by);
  };
  const extend = (by: number) => {
    anchor.current ??= current;
    const to = go(current + by);
    const [first, last] = [Math.min(anchor.current, to), Math.max(anchor.current, to)];
    const rows = Array.from({ length: last - first + 1 }, (_, place) => rowAt(first + place));
    onSelect(rows.filter((row) => row !== undefined), true);
  };

  const drawn = Array.from({ length: view.last - view.first }, (_, place) => view.first + place);
  const here = drawn.map(rowAt).filter((row) => row !== undefined);
  const chosen = here.filter(isSelected).length;
  const allSelected = chosen === 0 ? false : chosen === here.length ? true : 'some';

  useHotkeys({ j: () => step(1), k: () => step(-1), x: () => toggle(current) });
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target !== event.currentTarget) return;
    const moves: Record<string, () => void> = {
      ArrowDown: () => (event.shiftKey ? extend(1) : step(1)),
      ArrowUp: () => (event.shiftKey ? extend(-1) : step(-1)),
      PageDown: () => step(view.rowsInView),
      PageUp: () => step(-view.rowsInView),
      Home: () => step(-total),
      End: () => step(total),
      ' ': () => toggle(current),
      Escape: props.onClear,
      Enter: () => {
        const row = rowAt(current);
        if (row !== undefined) props.onOpen(row);
      },
    };
    const move = moves[event.key];
    if (!move) return;
    event.preventDefault();
    move();
  };

  return (
    <div
      className="grid"
      ref={view.box}
      onScroll={view.onScroll}
      onKeyDown={onKeyDown}
      tabIndex={0}
      role="grid"
      aria-label={props.label}
      aria-rowcount={total + 1}
      aria-colcount={columns.length + 1}
      aria-multiselectable
      aria-activedescendant={total > 0 ? `row-${current}` : undefined}
    >
      <div role="rowgroup" className="grid-top" style={{ minWidth: width }}>
        <GridHeader
          columns={columns}
          sort={props.sort}
          allSelected={allSelected}
          onSelectAll={() => onSelect(here, allSelected !== true)}
          onSort={props.onSort}
          onResize={props.onResize}
          onMove={props.onMove}
        />
      </div>
      <div role="rowgroup" className="grid-body" style={{ height: view.height, minWidth: width }}>
        <div role="presentation" className="grid-anchor" style={{ transform: `translateY(${view.anchorTop}px)` }}>
          {drawn.map((index) => {
            const row = rowAt(index);
            return (
              <GridRow
                key={index}
                index={index}
                row={row}
                columns={columns}
                top={(index - view.anchor) * ROW}
                current={index === current}
                selected={row !== undefined && isSelected(row)}
                checkLabel={row !== undefined ? props.checkLabel(row) : ''}
                onCurrent={setCurrent}
                onToggle={toggle}
              />
            );
          })}
        </div>
      </div>
      <div role="rowgroup" className="grid-bottom" style={{ minWidth: width }}>
        <div role="row" className="grid-footer" aria-rowindex={total + 2}>
          <div role="gridcell" className="grid-check" />
          {columns.map((column, place) => (
            <div key={column.name} role="gridcell" className={cellClass(column, place)} style={cellStyle(column, place)}>
              {place === 0 ? props.footer : column.footer}
            </div>
          ))}
        </div>
      </div>
    </div>
  );
}
