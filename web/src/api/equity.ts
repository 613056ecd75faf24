import { queryOptions } from '@tanstack/react-query';
import { draft, type Alarm, type EquityDay, type EquityRows, type EquityStatement, type Home, type Retention, type Turnover } from './draft';

/** Rows of a line in one answer. */
export const LINE_ROWS = 50;

export const homeQuery = queryOptions({
  queryKey: ['home'],
  queryFn: () => draft<Home>('/api/home'),
});

export const equityMonthsQuery = queryOptions({
  queryKey: ['equity', 'months'],
  queryFn: async () => (await draft<{ days: EquityDay[] }>('/api/equity/months')).days,
});

export function equityQuery(from: string, until: string) {
  return queryOptions({
    queryKey: ['equity', from, until],
    queryFn: () => draft<EquityStatement>('/api/equity', { from, until }),
  });
}

export function equityRowsQuery(from: string, until: string, line: string, limit: number) {
  return queryOptions({
    queryKey: ['equity', from, until, line, limit],
    queryFn: () => draft<EquityRows>('/api/equity/customers', { from, until, line, limit }),
  });
}

export function turnoverQuery(by: string) {
  return queryOptions({
    queryKey: ['turnover', by],
    queryFn: () => draft<Turnover>('/api/turnover', { by }),
  });
}

export const alarmQuery = queryOptions({
  queryKey: ['alarm'],
  queryFn: () => draft<Alarm | null>('/api/alarm'),
});

export function retentionQuery(limit: number) {
  return queryOptions({
    queryKey: ['retention', limit],
    queryFn: () => draft<Retention>('/api/retention', { limit }),
  });
}
