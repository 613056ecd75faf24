import { memo } from 'react';
import { cellClass, cellStyle } from './cell';
import type { GridColumn } from './types';

interface Props<Row> {
  index: number;
  /** Nothing while it is being fetched. */
  row: Row | undefined;
  columns: GridColumn<Row>[];
  top: number;
  current: boolean;
  selected: boolean;
  checkLabel: string;
  onCurrent: (index: number) => void;
  onToggle: (index: number) => void;
}

/**
 * One row. Memoised, so that scrolling draws only the rows that come into view; a plain checkbox is one node where
 * a styled one is eight.
 */
function GridRowOf<Row>(props: Props<Row>) {
  const { index, row, columns, top, current, selected, checkLabel, onCurrent, onToggle } = props;
  return (
    <div
      id={`row-${index}`}
      role="row"
      aria-rowindex={index + 2}
      aria-selected={selected}
      className={`grid-row${current ? ' current' : ''}${selected ? ' selected' : ''}`}
      style={{ transform: `translateY(${top}px)` }}
      onClick={() => onCurrent(index)}
    >
      <div role="gridcell" className="grid-check">
        {row !== undefined && (
          <input
            type="checkbox"
            tabIndex={-1}
            aria-label={checkLabel}
            checked={selected}
            onChange={() => onToggle(index)}
          />
        )}
      </div>
      {columns.map((column, place) => (
        <div key={column.name} role="gridcell" className={cellClass(column, place)} style={cellStyle(column, place)}>
          {row !== undefined ? column.render(row) : <span className="grid-waiting" />}
        </div>
      ))}
    </div>
  );
}

export const GridRow = memo(GridRowOf) as typeof GridRowOf;
