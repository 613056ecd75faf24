import { queryOptions } from '@tanstack/react-query';
import { unlessCode } from './client';
import {
  draft,
  type Alarm,
  type EquityMonths,
  type EquityRows,
  type EquityStatement,
  type Home,
  type Retention,
  type Turnover,
} from './draft';

/** Rows of a line in one answer. */
export const LINE_ROWS = 50;

/** What the server says before the first measurement. */
const NOT_MEASURED = 'not_measured';

export const homeQuery = queryOptions({
  queryKey: ['home'],
  queryFn: () => draft<Home>('/api/home'),
});

/** Null before the first measurement. */
export const equityMonthsQuery = queryOptions({
  queryKey: ['equity', 'months'],
  queryFn: () => unlessCode(NOT_MEASURED, draft<EquityMonths>('/api/equity/months')),
});

export function equityQuery(from: string, until: string) {
  return queryOptions({
    queryKey: ['equity', from, until],
    queryFn: () => draft<EquityStatement>('/api/equity', { from, until }),
  });
}

export function equityRowsQuery(from: string, until: string, line: string, limit: number) {
  return queryOptions({
    queryKey: ['equity', 'customers', from, until, line, limit],
    queryFn: () => draft<EquityRows>('/api/equity/customers', { from, until, line, limit }),
  });
}

export function turnoverQuery(by: string, from: string, until: string) {
  return queryOptions({
    queryKey: ['turnover', by, from, until],
    queryFn: () => draft<Turnover>('/api/turnover', { by, from, until }),
  });
}

export const alarmQuery = queryOptions({
  queryKey: ['alarm'],
  queryFn: () => unlessCode(NOT_MEASURED, draft<Alarm>('/api/alarm')),
});

export function retentionQuery(limit: number) {
  return queryOptions({
    queryKey: ['retention', limit],
    queryFn: () => draft<Retention>('/api/retention', { limit }),
  });
}
