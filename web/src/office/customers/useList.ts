import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useCallback, useEffect, useMemo } from 'react';
import type { CustomerQuery, Field, View, ViewQuery } from '../../api/contract';
import { viewsQuery } from '../../api/views';
import { columnsForAddress, printColumns, readColumns, type Column } from './columns';
import { printSort, readSort, USUAL_SORT, type SortKey } from './sort';
import { viewSearch, type ListSearch } from './viewAddress';

const route = getRouteApi('/office/customers');

/** In the address, the list without any view, for people whose list opens with one. */
const NO_VIEW = 'none';

/** The state of the list, which is its address: what is in it, in what order, in which columns. */
export function useList(fields: Field[]) {
  const search = route.useSearch();
  const navigate = useNavigate();
  const views = useQuery(viewsQuery).data;

  const change = useCallback(
    (part: ListSearch, replace = false) =>
      void navigate({
        to: '/customers',
        search: (before: ListSearch) => ({ ...before, ...part }),
        replace,
      }),
    [navigate],
  );

  const usual = views?.find((view) => view.is_default);
  const bare = Object.keys(search).length === 0;
  useEffect(() => {
    if (bare && usual) void navigate({ to: '/customers', search: viewSearch(usual), replace: true });
  }, [bare, usual, navigate]);

  const columns = useMemo(() => readColumns(search.columns, fields), [search.columns, fields]);
  const sort = useMemo(() => readSort(search.sort), [search.sort]);
  const query: CustomerQuery = useMemo(
    () => ({ filter: search.filter, q: search.q, sort: search.sort }),
    [search.filter, search.q, search.sort],
  );
  const view = views?.find((one) => String(one.id) === search.view);
  const now: Required<ViewQuery> = {
    filter: search.filter ?? '',
    q: search.q ?? '',
    sort: search.sort ?? '',
    columns: search.columns ? columns : [],
  };

  return {
    search,
    query,
    columns,
    sort,
    views: views ?? [],
    view,
    /** The list as a view would keep it. */
    now,
    /** Whether the list differs from the view it began with, or from the usual list. */
    changed: view ? !sameList(now, view, fields) : isOwn(now),
    /** The address of the list of all customers, past the view that it usually opens with. */
    everything: (usual ? { view: NO_VIEW } : {}) as ListSearch,
    change,
    setSort: (keys: SortKey[]) => {
      const text = printSort(keys);
      change({ sort: text === USUAL_SORT ? undefined : text || undefined });
    },
    setColumns: (next: Column[]) => change({ columns: columnsForAddress(next, fields) }, true),
  };
}

function isOwn(now: Required<ViewQuery>): boolean {
  return now.filter !== '' || now.q !== '' || now.sort !== '' || now.columns.length > 0;
}

function sameList(now: Required<ViewQuery>, view: View, fields: Field[]): boolean {
  const columns = (query: ViewQuery) =>
    columnsForAddress(readColumns(printColumns(query.columns ?? []), fields), fields) ?? '';
  const sort = (query: ViewQuery) => query.sort || USUAL_SORT;
  return (
    now.filter === (view.query.filter ?? '') &&
    now.q === (view.query.q ?? '') &&
    sort(now) === sort(view.query) &&
    columns(now) === columns(view.query)
  );
}
