import { ActionIcon, Tooltip } from '@mantine/core';
import { IconChartBar, IconTable } from '@tabler/icons-react';
import { useId, useState, type ReactNode } from 'react';
import { useI18n } from '../i18n/I18n';
import './Card.css';
import { withoutUnknown, type Table } from './table';

interface Props {
  /** The question that the card answers. */
  title: string;
  /** The answer in one sentence, with its numbers. */
  finding?: ReactNode;
  /** Help beside the title. */
  explain?: ReactNode;
  /** Columns of the page grid that it takes, of twelve. */
  span?: number;
  /** The same as rows of numbers; gives the card its switch between chart and table. */
  table?: Table;
  /** Buttons and choices beside the title. */
  actions?: ReactNode;
  children: ReactNode;
}

export function Card({ title, finding, explain, span = 12, table, actions, children }: Props) {
  const { t } = useI18n();
  const [asTable, setAsTable] = useState(false);
  const id = useId();
  const label = asTable ? t.common.asChart : t.common.asTable;
  return (
    <section className="card" style={{ gridColumn: `span ${span}` }} aria-labelledby={id}>
      <header>
        <div className="grow">
          <div className="row">
            <h2 id={id}>{title}</h2>
            {explain}
          </div>
          {finding !== undefined && <p className="finding">{finding}</p>}
        </div>
        {actions}
        {table && (
          <Tooltip label={label}>
            <ActionIcon
              aria-label={`${title} ${label}`}
              aria-pressed={asTable}
              onClick={() => setAsTable(!asTable)}
            >
              {asTable ? <IconChartBar size={16} stroke={1.6} /> : <IconTable size={16} stroke={1.6} />}
            </ActionIcon>
          </Tooltip>
        )}
      </header>
      {asTable && table ? <CardTable label={title} table={table} /> : children}
    </section>
  );
}

function CardTable({ label, table }: { label: string; table: Table }) {
  return (
    <div className="card-table" tabIndex={0} role="region" aria-label={label}>
      <PlainTable label={label} table={table} />
    </div>
  );
}

/** A small table: words to the left, numbers to the right; columns of which nothing is known are left out. */
export function PlainTable({ label, table: given }: { label: string; table: Table }) {
  const table = withoutUnknown(given);
  const isText = (place: number) => table.texts?.includes(place) ?? false;
  const side = (place: number) => (place === 0 ? undefined : isText(place) ? 'words' : 'right');
  return (
    <table className="plain number" aria-label={label}>
      <thead>
        <tr>
          {table.head.map((name, place) => (
            <th key={name} scope="col" className={side(place)}>
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {table.body.map((row, key) => (
          <tr key={key}>
            {row.map((cell, place) => (
              <td key={place} className={side(place)}>
                {cell}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
