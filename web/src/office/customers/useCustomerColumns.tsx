import { useMemo } from 'react';
import type { CustomerPage, CustomerRow, Field } from '../../api/contract';
import { useI18n } from '../../i18n/I18n';
import type { GridColumn } from '../../ui/grid/types';
import { CustomerCell } from './CustomerCell';
import type { Column } from './columns';

const NUMERIC = new Set(['number', 'money', 'share', 'day']);

/** The columns of the list as the grid draws them. */
export function useCustomerColumns(
  columns: Column[],
  fields: Field[],
  sums: CustomerPage['sums'] | undefined,
): GridColumn<CustomerRow>[] {
  const { t, f } = useI18n();
  return useMemo(() => {
    const byName = new Map(fields.map((field) => [field.name, field]));
    return columns.flatMap(({ name, width }) => {
      const field = byName.get(name);
      if (!field) return [];
      const sum = sums?.[name];
      const column: GridColumn<CustomerRow> = {
        name,
        header: t.fields.customer[field.measure] ?? t.fields.customer[name] ?? name,
        width,
        numeric: NUMERIC.has(field.type),
        sortable: field.sortable,
        render: (row) => <CustomerCell field={field} row={row} />,
        footer: sum ? <span title={f.moneyExact(sum)}>{f.money(sum)}</span> : null,
      };
      return [column];
    });
  }, [columns, fields, sums, t, f]);
}
