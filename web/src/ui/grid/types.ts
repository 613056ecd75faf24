import type { ReactNode } from 'react';

export interface GridColumn<Row> {
  name: string;
  header: string;
  width: number;
  /** Numbers stand to the right. */
  numeric: boolean;
  sortable: boolean;
  render: (row: Row) => ReactNode;
  /** Below the column: a sum. */
  footer?: ReactNode;
}

export interface GridSort {
  name: string;
  descending: boolean;
}
