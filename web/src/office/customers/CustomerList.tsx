import { Button, Tooltip } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useElementSize } from '@mantine/hooks';
import { useNavigate } from '@tanstack/react-router';
import { useCallback, useMemo, useState } from 'react';
import type { CustomerRow, Field } from '../../api/contract';
import { ApiError } from '../../api/client';
import { customerExportAddress } from '../../api/customers';
import { errorReference, errorText } from '../../i18n/errorText';
import { useI18n } from '../../i18n/I18n';
import { DataGrid } from '../../ui/grid/DataGrid';
import { PageHeader } from '../../ui/PageHeader';
import { ProgressLine } from '../../ui/ProgressLine';
import { Failure } from '../../ui/state/Failure';
import { Skeleton } from '../../ui/state/Skeleton';
import { paths } from '../paths';
import { ColumnsMenu } from './ColumnsMenu';
import { moved, resized } from './columns';
import { FilterBar } from './FilterBar';
import { fitted } from './fitted';
import { NoCustomers } from './NoCustomers';
import { SelectionBar } from './SelectionBar';
import { clicked } from './sort';
import { useCustomerColumns } from './useCustomerColumns';
import { useCustomerRows } from './useCustomerRows';
import { useList } from './useList';
import { ViewTabs } from './ViewTabs';
import './customers.css';

const SMALLEST_FIRST = new Set(['text', 'choice']);
/** Columns of words that must not be cut. */
const FIRM = new Set(['level', 'kind', 'last_purchase']);

function isLargestFirst(field: Field): boolean {
  return !SMALLEST_FIRST.has(field.type) || field.name === 'level';
}

function numbersOf(fields: Field[]): ReadonlySet<string> {
  const measured = fields.filter((field) => ['number', 'money', 'share'].includes(field.type));
  return new Set(measured.map((field) => field.name));
}

export function CustomerList({ fields }: { fields: Field[] }) {
  const { t } = useI18n();
  const navigate = useNavigate();
  const list = useList(fields);
  const rows = useCustomerRows(list.query);
  const { head, total } = rows;
  const bar = useElementSize();
  const usual = list.search.columns === undefined;
  const wide = useMemo(
    () => (usual ? fitted(list.columns, bar.width, { firm: FIRM, numbers: numbersOf(fields) }) : list.columns),
    [usual, list.columns, bar.width, fields],
  );
  const columns = useCustomerColumns(wide, fields, head.data?.sums);
  const [selected, setSelected] = useState<ReadonlyMap<string, CustomerRow>>(new Map());

  const isSelected = useCallback((row: CustomerRow) => selected.has(String(row.id)), [selected]);
  const select = useCallback((chosen: CustomerRow[], on: boolean) => {
    setSelected((before) => {
      const after = new Map(before);
      for (const row of chosen) {
        if (on) after.set(String(row.id), row);
        else after.delete(String(row.id));
      }
      return after;
    });
  }, []);
  const clear = useCallback(() => setSelected(new Map()), []);
  const largestFirst = useMemo(
    () => new Set(fields.filter(isLargestFirst).map((field) => field.name)),
    [fields],
  );

  return (
    <>
      <PageHeader title={t.customers.title} detail={head.data && t.customers.count(total)}>
        <ColumnsMenu fields={fields} columns={list.columns} onChange={list.setColumns} />
        <Tooltip label={t.customers.exportHint}>
          <Button
            component="a"
            variant="default"
            leftSection={<IconDownload size={14} />}
            href={customerExportAddress(
              list.query,
              list.columns.map((column) => column.name),
            )}
            download
          >
            {t.customers.export}
          </Button>
        </Tooltip>
      </PageHeader>
      <ViewTabs list={list} />
      <FilterBar list={list} fields={fields} />
      <div ref={bar.ref}>
        <ProgressLine active={rows.fetching && head.data !== undefined} />
      </div>
      {head.isError && !head.isPlaceholderData && (
        <ListFailure error={head.error} onRetry={() => void head.refetch()} />
      )}
      {!head.data && !head.isError && <Skeleton blocks={[34, 38, 38, 38, 38, 38, 38]} />}
      {head.data && !head.isError && total === 0 && <NoCustomers list={list} fields={fields} />}
      {head.data && !head.isError && total > 0 && (
        <DataGrid
          label={t.customers.title}
          columns={columns}
          total={total}
          rowAt={rows.rowAt}
          listKey={JSON.stringify(list.query)}
          sort={list.sort}
          onSort={(name, add) => list.setSort(clicked(list.sort, name, add, largestFirst.has(name)))}
          onResize={(name, width) => list.setColumns(resized(wide, name, width))}
          onMove={(from, to) => list.setColumns(moved(wide, from, to))}
          isSelected={isSelected}
          onSelect={select}
          onClear={clear}
          checkLabel={(row) => t.customers.selectRow(row.name)}
          onOpen={(row) => void navigate(paths.customer(row.id))}
          onWindow={rows.onWindow}
          footer={t.customers.total}
        />
      )}
      {selected.size > 0 && <SelectionBar rows={[...selected.values()]} columns={list.columns} onClear={clear} />}
    </>
  );
}

/** A filter that the server refuses is told in its own words, which name the place; anything else in ours. */
function ListFailure({ error, onRetry }: { error: Error; onRetry: () => void }) {
  const { t } = useI18n();
  if (error instanceof ApiError && error.field === 'filter') {
    return <Failure title={t.customers.badFilter} cause={errorText(error, t)} />;
  }
  return <Failure cause={errorText(error, t)} reference={errorReference(error)} onRetry={onRetry} />;
}
