import { keepPreviousData, useQueries, useQuery } from '@tanstack/react-query';
import { useCallback, useMemo, useState } from 'react';
import { customerPageQuery, PAGE_ROWS } from '../../api/customers';
import type { CustomerQuery } from '../../api/contract';

/** The pages of the list around what is seen: one more on either side, fetched ahead. */
function pagesAround(first: number, last: number, total: number): number[] {
  const end = Math.max(0, Math.ceil(total / PAGE_ROWS) - 1);
  const from = Math.max(0, Math.floor(first / PAGE_ROWS) - 1);
  const to = Math.min(end, Math.floor(Math.max(first, last - 1) / PAGE_ROWS) + 1);
  return Array.from({ length: to - from + 1 }, (_, place) => from + place);
}

/** The rows of a list of any length, fetched a hundred at a time where the reader looks. */
export function useCustomerRows(query: CustomerQuery) {
  const [seen, setSeen] = useState({ first: 0, last: 50 });
  const head = useQuery({ ...customerPageQuery(query, 0), placeholderData: keepPreviousData });
  const total = head.data?.total ?? 0;
  const { first, last } = seen;
  const pages = useMemo(() => pagesAround(first, last, total), [first, last, total]);
  const answers = useQueries({ queries: pages.map((page) => customerPageQuery(query, page)) });
  const loaded = new Map(pages.map((page, place) => [page, answers[place]?.data]));
  const version = answers.map((answer) => answer.dataUpdatedAt).join();

  const rowAt = useCallback(
    (index: number) => {
      const page = Math.floor(index / PAGE_ROWS);
      const rows = loaded.get(page)?.rows ?? (page === 0 ? head.data?.rows : undefined);
      return rows?.[index % PAGE_ROWS];
    },
    // The answers are new objects each time; when they came in tells whether they changed.
    [version, pages, head.data],
  );
  const onWindow = useCallback((from: number, to: number) => setSeen({ first: from, last: to }), []);
  return { head, total, rowAt, onWindow, fetching: head.isFetching };
}
