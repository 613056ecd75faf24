import { queryOptions } from '@tanstack/react-query';
import { answer, api } from './client';

export const modelQuery = queryOptions({
  queryKey: ['model'],
  queryFn: ({ signal }) => answer(api.GET('/api/model', { signal })),
});

export const lookBackQuery = queryOptions({
  queryKey: ['model', 'backtest'],
  queryFn: ({ signal }) => answer(api.GET('/api/model/backtest', { signal })),
});
