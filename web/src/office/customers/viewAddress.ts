import type { View } from '../../api/contract';
import { printColumns } from './columns';

/** What the address says of a list. */
export interface ListSearch {
  filter?: string;
  q?: string;
  sort?: string;
  columns?: string;
  view?: string;
}

/** What a saved view says of a list, as an address says it. */
export function viewSearch(view: View): ListSearch {
  const { filter, q, sort, columns = [] } = view.query;
  return {
    filter: filter || undefined,
    q: q || undefined,
    sort: sort || undefined,
    columns: columns.length > 0 ? printColumns(columns) : undefined,
    view: String(view.id),
  };
}

export function viewAddress(view: View) {
  return { to: '/customers', search: viewSearch(view) } as const;
}
