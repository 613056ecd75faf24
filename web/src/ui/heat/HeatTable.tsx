import { Link, type LinkOptions } from '@tanstack/react-router';
import { useRef, useState, type CSSProperties, type KeyboardEvent } from 'react';
import './HeatTable.css';
import { moved, warmth, type Place, type Tone } from './heat';

export interface HeatCell {
  /** The figure of the cell. */
  main: string;
  /** A second figure under it. */
  detail?: string;
  /** A word or sign in the corner, so that colour says nothing alone. */
  mark?: string;
  tone: Tone;
  /** From 0 to 1. */
  strength: number;
  /** All of it in words. */
  label: string;
  /** Opens the customers of the cell; absent where there are none. */
  link?: LinkOptions;
}

export interface HeatHead {
  key: string;
  label: string;
  /** The whole word where the label is a short one. */
  title?: string;
}

interface Props {
  label: string;
  rows: HeatHead[];
  columns: HeatHead[];
  /** What the rows and the columns stand for. */
  rowAxis: string;
  columnAxis: string;
  cell: (row: number, column: number) => HeatCell;
  /** Less air, for a page that shows much at once. */
  compact?: boolean;
}

/** A table whose cells are warmer where they matter more; one tab stop, then arrows, Enter opens. */
export function HeatTable({ label, rows, columns, rowAxis, columnAxis, cell, compact = false }: Props) {
  const body = useRef<HTMLTableSectionElement>(null);
  const [at, setAt] = useState<Place>({ row: 0, column: 0 });
  const onKeyDown = (event: KeyboardEvent) => {
    const next = moved(at, event.key, rows.length, columns.length);
    if (!next) return;
    event.preventDefault();
    setAt(next);
    const cells = body.current?.querySelectorAll<HTMLElement>('.heat-cell');
    cells?.[next.row * columns.length + next.column]?.focus();
  };
  return (
    <div className={['heat', compact && 'compact', rows.some((row) => row.label.length > 2) && 'named'].filter(Boolean).join(' ')}>
      <span className="heat-row-axis" aria-hidden>
        {rowAxis}
      </span>
      <table role="grid" aria-label={label} className="number">
        <thead>
          <tr>
            <td className="heat-corner">
              <span className="unseen">{`${rowAxis} / ${columnAxis}`}</span>
            </td>
            {columns.map((column) => (
              <th key={column.key} scope="col" title={column.title}>
                {column.label}
                {column.title && column.title !== column.label && <span className="unseen"> {column.title}</span>}
              </th>
            ))}
          </tr>
        </thead>
        <tbody ref={body} onKeyDown={onKeyDown}>
          {rows.map((row, down) => (
            <tr key={row.key}>
              <th scope="row" title={row.title}>
                {row.label}
                {row.title && row.title !== row.label && <span className="unseen"> {row.title}</span>}
              </th>
              {columns.map((column, across) => (
                <td key={column.key} role="gridcell">
                  <Cell
                    cell={cell(down, across)}
                    reachable={at.row === down && at.column === across}
                    onFocus={() => setAt({ row: down, column: across })}
                  />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      <span className="heat-column-axis" aria-hidden>
        {columnAxis}
      </span>
    </div>
  );
}

interface CellProps {
  cell: HeatCell;
  /** Whether the tab key stops here. */
  reachable: boolean;
  onFocus: () => void;
}

function Cell({ cell, reachable, onFocus }: CellProps) {
  const shared = {
    className: `heat-cell ${cell.tone}`,
    style: { '--warmth': `${warmth(cell.strength)}%` } as CSSProperties,
    tabIndex: reachable ? 0 : -1,
    onFocus,
    title: cell.label,
  };
  const inside = (
    <>
      <span className="unseen">{cell.label}</span>
      <span className="heat-mark" aria-hidden>
        {cell.mark}
      </span>
      <strong aria-hidden>{cell.main}</strong>
      {cell.detail && <small aria-hidden>{cell.detail}</small>}
    </>
  );
  if (cell.link) {
    return (
      <Link {...cell.link} {...shared}>
        {inside}
      </Link>
    );
  }
  return <span {...shared}>{inside}</span>;
}
