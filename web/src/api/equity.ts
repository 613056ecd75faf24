import { queryOptions } from '@tanstack/react-query';
import { address, answer, api, unlessCode } from './client';
import { grownQuery } from './grown';

/** What the server says before the first measurement. */
const NOT_MEASURED = 'not_measured';

export const homeQuery = queryOptions({
  queryKey: ['home'],
  queryFn: ({ signal }) => answer(api.GET('/api/home', { signal })),
});

/** Null before the first measurement. */
export const equityMonthsQuery = queryOptions({
  queryKey: ['equity', 'months'],
  queryFn: ({ signal }) => unlessCode(NOT_MEASURED, answer(api.GET('/api/equity/months', { signal }))),
});

export function equityQuery(from: string, until: string) {
  return queryOptions({
    queryKey: ['equity', from, until],
    queryFn: ({ signal }) => answer(api.GET('/api/equity', { params: { query: { from, until } }, signal })),
  });
}

export function equityRowsQuery(from: string, until: string, line: string) {
  return grownQuery(['equity', 'customers', from, until, line], (part, signal) =>
    answer(api.GET('/api/equity/customers', { params: { query: { from, until, line, ...part } }, signal })),
  );
}

export function turnoverQuery(by: string, from: string, until: string) {
  return queryOptions({
    queryKey: ['turnover', by, from, until],
    queryFn: ({ signal }) => answer(api.GET('/api/turnover', { params: { query: { by, from, until } }, signal })),
  });
}

export const alarmQuery = queryOptions({
  queryKey: ['alarm'],
  queryFn: ({ signal }) => unlessCode(NOT_MEASURED, answer(api.GET('/api/alarm', { signal }))),
});

export const retentionQuery = grownQuery(['retention'], (part, signal) =>
  answer(api.GET('/api/retention', { params: { query: part }, signal })),
);

/** What the server says where an older version valued the base: it is not known who is at risk. */
export const NOT_KNOWN_WHOM = 'not_known_whom';

/** Where the browser fetches the whole list as a CSV file. */
export const retentionExportAddress = address('/retention/export');

/** What is recoverable of each level, without the customers. */
export const recoverableQuery = queryOptions({
  queryKey: ['retention', 'levels'],
  queryFn: ({ signal }) => answer(api.GET('/api/retention', { params: { query: { limit: 0 } }, signal })),
});
