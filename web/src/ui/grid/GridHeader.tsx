import { IconArrowDown, IconArrowUp } from '@tabler/icons-react';
import { useState, type DragEvent, type MouseEvent } from 'react';
import { useI18n } from '../../i18n/I18n';
import { ColumnGrip } from './ColumnGrip';
import { cellClass, cellStyle } from './cell';
import type { GridColumn, GridSort } from './types';

interface Props<Row> {
  columns: GridColumn<Row>[];
  sort: GridSort[];
  allSelected: boolean | 'some';
  onSelectAll: () => void;
  onSort: (name: string, add: boolean) => void;
  onResize: (name: string, width: number) => void;
  onMove: (from: number, to: number) => void;
}

/** The names of the columns: click to sort, Shift to sort by several, drag to move, drag the edge to resize. */
export function GridHeader<Row>(props: Props<Row>) {
  const { columns, sort, allSelected, onSelectAll, onSort, onResize, onMove } = props;
  const { t } = useI18n();
  const [dragged, setDragged] = useState<number | null>(null);
  const [over, setOver] = useState<number | null>(null);
  const drop = (to: number) => (event: DragEvent) => {
    event.preventDefault();
    if (dragged !== null && dragged !== to) onMove(dragged, to);
    setDragged(null);
    setOver(null);
  };
  return (
    <div className="grid-header" role="row" aria-rowindex={1}>
      <div role="columnheader" className="grid-check">
        <input
          type="checkbox"
          aria-label={t.customers.selectLoaded}
          checked={allSelected === true}
          ref={(box) => {
            if (box) box.indeterminate = allSelected === 'some';
          }}
          onChange={onSelectAll}
        />
      </div>
      {columns.map((column, place) => {
        const key = sort.findIndex((one) => one.name === column.name);
        const sorted = key >= 0 ? sort[key]! : null;
        return (
          <div
            key={column.name}
            role="columnheader"
            aria-sort={sorted ? (sorted.descending ? 'descending' : 'ascending') : undefined}
            className={`${cellClass(column, place)}${over === place && dragged !== place ? ' drop' : ''}`}
            style={cellStyle(column, place)}
            draggable
            onDragStart={() => setDragged(place)}
            onDragEnd={() => setOver(null)}
            onDragOver={(event) => {
              event.preventDefault();
              setOver(place);
            }}
            onDrop={drop(place)}
          >
            {column.sortable ? (
              <button
                type="button"
                title={t.customers.sortBy(column.header)}
                className={sorted ? 'sorted' : undefined}
                onClick={(event: MouseEvent) => onSort(column.name, event.shiftKey)}
              >
                {column.header}
                <SortMark sorted={sorted} place={sort.length > 1 ? key + 1 : 0} />
              </button>
            ) : (
              column.header
            )}
            <ColumnGrip
              label={t.customers.resize(column.header)}
              width={column.width}
              onResize={(width) => onResize(column.name, width)}
            />
          </div>
        );
      })}
    </div>
  );
}

/** The direction, and the place in the order when there are several. */
function SortMark({ sorted, place }: { sorted: GridSort | null; place: number }) {
  const { t } = useI18n();
  if (!sorted) return null;
  const Arrow = sorted.descending ? IconArrowDown : IconArrowUp;
  return (
    <span className="sort-mark">
      <Arrow size={12} aria-hidden />
      {place > 0 && (
        <>
          <span aria-hidden>{place}</span>
          <span className="unseen">{t.customers.place(place)}</span>
        </>
      )}
    </span>
  );
}
