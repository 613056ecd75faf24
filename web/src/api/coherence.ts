import { queryOptions } from '@tanstack/react-query';
import type { Job } from './contract';
import {
  draft,
  type BargainHunters,
  type BargainKind,
  type Classes,
  type Coherence,
  type LevelRules,
  type LevelRulesPreview,
  type LevelRulesStanding,
  type Migrations,
  type Movers,
  type Verdict,
  type Worklist,
} from './draft';

/** Rows of a list in one answer; more are asked for by the reader. */
export const LISTED = 50;

export const coherenceQuery = queryOptions({
  queryKey: ['coherence'],
  queryFn: () => draft<Coherence>('/api/coherence'),
});

export type CaseState = 'open' | 'decided';

export function worklistQuery(state: CaseState, limit: number) {
  return queryOptions({
    queryKey: ['worklist', state, limit],
    queryFn: () => draft<Worklist>('/api/worklist', { state, limit }),
  });
}

export function decide(customer: number, decision: Verdict, note: string): Promise<unknown> {
  return draft(`/api/worklist/${customer}/decision`, {}, { method: 'POST', body: { decision, note: note || null } });
}

export const levelRulesQuery = queryOptions({
  queryKey: ['level-rules'],
  queryFn: () => draft<LevelRulesStanding>('/api/level-rules'),
});

export function previewRules(rules: LevelRules): Promise<LevelRulesPreview> {
  return draft('/api/level-rules/preview', {}, { method: 'POST', body: rules });
}

/** `version` is the one that was read: another's change in between is refused. */
export function saveRules(version: number, rules: LevelRules): Promise<Job> {
  return draft('/api/level-rules', {}, { method: 'PUT', body: { version, rules } });
}

export function classesQuery(limit: number) {
  return queryOptions({
    queryKey: ['classes', limit],
    queryFn: () => draft<Classes>('/api/classes', { limit }),
  });
}

export function bargainHuntersQuery(kind: BargainKind, limit: number) {
  return queryOptions({
    queryKey: ['classes', 'bargain-hunters', kind, limit],
    queryFn: () => draft<BargainHunters>('/api/classes/bargain-hunters', { kind, limit }),
  });
}

export interface Moves {
  of: 'class' | 'value_level';
  from?: string;
  until?: string;
}

export function migrationsQuery(moves: Moves) {
  return queryOptions({
    queryKey: ['migrations', moves],
    queryFn: () => draft<Migrations>('/api/migrations', { ...moves }),
  });
}

export function moversQuery(moves: Moves, before: string, after: string, limit: number) {
  return queryOptions({
    queryKey: ['migrations', 'customers', moves, before, after, limit],
    queryFn: () => draft<Movers>('/api/migrations/customers', { ...moves, before, after, limit }),
  });
}
