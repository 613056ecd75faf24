import { queryOptions } from '@tanstack/react-query';
import { answer, api } from './client';
import { grownQuery } from './grown';
import type {
  BargainKind,
  CaseReason,
  CaseState,
  Job,
  LevelRules,
  LevelRulesPreview,
  MigrationOf,
  Verdict,
  WorklistCase,
} from './contract';

export { LISTED, MOST_LISTED } from './grown';

export const coherenceQuery = queryOptions({
  queryKey: ['coherence'],
  queryFn: ({ signal }) => answer(api.GET('/api/coherence', { signal })),
});

export function worklistQuery(state: CaseState, reason: CaseReason | undefined) {
  return grownQuery(['worklist', state, reason], (part, signal) =>
    answer(api.GET('/api/worklist', { params: { query: { state, reason, ...part } }, signal })),
  );
}

export function decide(customer: number, decision: Verdict, note: string): Promise<WorklistCase> {
  return answer(
    api.POST('/api/worklist/{id}/decision', { params: { path: { id: customer } }, body: { decision, note } }),
  );
}

export const levelRulesQuery = queryOptions({
  queryKey: ['level-rules'],
  queryFn: ({ signal }) => answer(api.GET('/api/level-rules', { signal })),
});

export function previewRules(rules: LevelRules): Promise<LevelRulesPreview> {
  return answer(api.POST('/api/level-rules/preview', { body: rules }));
}

/** `version` is the one that was read: another's change in between is refused. */
export function saveRules(version: number, rules: LevelRules): Promise<Job> {
  return answer(api.PUT('/api/level-rules', { body: { version, rules } }));
}

export function classesQuery(limit: number) {
  return queryOptions({
    queryKey: ['classes', limit],
    queryFn: ({ signal }) => answer(api.GET('/api/classes', { params: { query: { limit } }, signal })),
  });
}

export function bargainHuntersQuery(kind: BargainKind) {
  return grownQuery(['classes', 'bargain-hunters', kind], (part, signal) =>
    answer(api.GET('/api/classes/bargain-hunters', { params: { query: { kind, ...part } }, signal })),
  );
}

export interface Moves {
  of: MigrationOf;
  from?: string;
  until?: string;
}

export function migrationsQuery(moves: Moves) {
  return queryOptions({
    queryKey: ['migrations', moves],
    queryFn: ({ signal }) => answer(api.GET('/api/migrations', { params: { query: moves }, signal })),
  });
}

export function moversQuery(moves: Moves, before: string, after: string) {
  return grownQuery(['migrations', 'customers', moves, before, after], (part, signal) =>
    answer(api.GET('/api/migrations/customers', { params: { query: { ...moves, before, after, ...part } }, signal })),
  );
}
