import { Button, Tooltip } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import type { CustomerRow, Money } from '../../api/contract';
import { useI18n } from '../../i18n/I18n';
import type { Column } from './columns';
import { valueOf } from './CustomerCell';

interface Props {
  rows: CustomerRow[];
  columns: Column[];
  onClear: () => void;
}

/** What can be done with the selected rows: add them up, take them into a sheet. */
export function SelectionBar({ rows, columns, onClear }: Props) {
  const { t, f } = useI18n();
  const name = (column: Column) => t.fields.customer[column.name] ?? column.name;
  const copy = async () => {
    const lines = [columns.map(name), ...rows.map((row) => columns.map((column) => asText(valueOf(row, column.name))))];
    await navigator.clipboard.writeText(lines.map((cells) => cells.join('\t')).join('\n'));
    notifications.show({ message: t.customers.rowsCopied(rows.length) });
  };
  const sum = total(rows.map((row) => row.expected_value));
  return (
    <div className="selection-bar" role="toolbar" aria-label={t.customers.selected(rows.length)}>
      <strong className="number">{t.customers.selected(rows.length)}</strong>
      {sum && (
        <span className="number quiet">
          {t.fields.customer.expected_value} {f.money(sum)}
        </span>
      )}
      <Button variant="default" onClick={() => void copy()}>
        {t.customers.copyRows}
      </Button>
      <Tooltip label="Esc">
        <Button variant="subtle" color="gray" onClick={onClear}>
          {t.customers.clearSelection}
        </Button>
      </Tooltip>
    </div>
  );
}

/** For showing only: the sums that count are the server's. */
function total(values: (Money | null | undefined)[]): Money | null {
  const known = values.filter((value) => value != null);
  const currency = known[0]?.currency;
  if (!currency) return null;
  return { amount: known.reduce((sum, value) => sum + Number(value.amount), 0).toFixed(2), currency };
}

/** A cell as a sheet reads it: a leading sign that would make it a formula is disarmed. */
function asText(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (Array.isArray(value)) return value.join(', ');
  if (typeof value === 'object' && 'amount' in value) return String(value.amount);
  if (typeof value === 'number') return String(value);
  const text = String(value).replace(/[\t\r\n]+/g, ' ');
  return /^[=+\-@]/.test(text) ? `'${text}` : text;
}
