/** Shapes and calls of answers that the server's document does not tell yet. */
import { ApiError } from './client';
import type { Level, Money } from './contract';

export async function draft<T>(path: string, query: Record<string, unknown> = {}, send?: { method: string; body?: unknown }): Promise<T> {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value != null && value !== '') search.set(name, String(value));
  const given = await fetch(`${path}?${search}`, {
    method: send?.method ?? 'GET',
    headers: { 'x-clientela': '1', 'content-type': 'application/json' },
    body: send?.body === undefined ? undefined : JSON.stringify(send.body),
  });
  const body = await given.json().catch(() => ({}));
  if (!given.ok) throw new ApiError(given.status, body.error ?? {});
  return body as T;
}

export type Missing = 'valuation' | 'contribution' | 'investment';

export interface CoherenceSum {
  customers: number;
  value: Money;
  invested: Money | null;
  contribution: Money | null;
  filter: string;
}

export interface CoherenceCell extends CoherenceSum {
  value_level: Level;
  investment_level: Level;
  delta: number;
}

export interface Coherence {
  as_of: string | null;
  computed_at: string | null;
  currency: string;
  measure: 'margin' | 'spend';
  period: { from: string; until: string } | null;
  missing: Missing[];
  total: CoherenceSum;
  cells: CoherenceCell[];
  value_levels: (CoherenceSum & { level: Level })[];
  investment_levels: (CoherenceSum & { level: Level })[];
  deltas: (CoherenceSum & { delta: number })[];
  not_valued: CoherenceSum;
  worklist: { open: number; decided: number; at_stake: Money };
  rules: LevelRules;
  definition: string;
}

export type LevelRule =
  | { by: 'share'; shares: number[] }
  | { by: 'quantile'; shares: number[] }
  | { by: 'amount'; amounts: string[] };

export interface LevelRules {
  value: LevelRule;
  investment: LevelRule;
  class: LevelRule;
  least_delta: number;
}

export interface LevelRulesStanding {
  version: number;
  rules: LevelRules;
  usual: LevelRules;
  history: { version: number; at: string; by: string | null; rules: LevelRules }[];
}

export interface LevelsChange {
  customers: number;
  changed: number;
  up: number;
  down: number;
  levels: { level: string; before: number; after: number }[];
  moves: { from: string; to: string; customers: number }[];
}

export interface LevelRulesPreview {
  as_of: string | null;
  missing: Missing[];
  value: LevelsChange | null;
  investment: LevelsChange | null;
  class: LevelsChange | null;
  worklist: { before: number; after: number } | null;
}

export type Verdict = 'accept' | 'reject' | 'later';

export interface Decision {
  id: number;
  decision: Verdict;
  note: string | null;
  reason: string;
  value_level: Level;
  investment_level: Level;
  gap: Money;
  at: string;
  by: string | null;
}

export interface WorklistRow {
  place: number;
  customer: number;
  name: string;
  reason: string;
  proposal: 'stop' | 'start' | 'move';
  at_stake: Money;
  gap: Money;
  value: Money;
  value_level: Level;
  invested: Money;
  investment_level: Level;
  coherent_investment: Money;
  delta: number;
  levels_changed: boolean;
  decisions: Decision[];
}

export interface Worklist {
  as_of: string | null;
  currency: string;
  missing: Missing[];
  state: 'open' | 'decided';
  open: number;
  decided: number;
  at_stake: Money;
  offset: number;
  rows: WorklistRow[];
}

export type ClassName = 'd1' | 'd2' | 'd3' | 'd4';

export interface ClassShare {
  class: ClassName;
  customers: number;
  contribution: Money;
  filter: string;
}

export interface WhalePoint {
  customers: number;
  contribution: Money;
}

export interface Destroyer {
  customer: number;
  name: string;
  contribution: Money;
  margin: Money;
  causes: { kind: string; cost: Money; usual: Money; is_enough: boolean }[];
}

export type BargainKind = 'promotions' | 'loss_leaders' | 'both';

export interface Classes {
  as_of: string | null;
  computed_at: string | null;
  currency: string;
  period: { from: string; until: string } | null;
  missing: Missing[];
  customers: number;
  contribution: Money | null;
  classes: ClassShare[];
  whale: { points: WhalePoint[]; peak: WhalePoint } | null;
  destroyers: {
    customers: number;
    contribution: Money;
    filter: string;
    causes: { kind: string; customers: number; cost: Money; usual: Money }[];
    listed: number;
    rows: Destroyer[];
  } | null;
  bargains: {
    told: number;
    discount_percent: number;
    only_percent: number;
    least_lines: number;
    groups: { kind: BargainKind; customers: number; amount: Money; contribution: Money | null }[];
  } | null;
  rule: LevelRule;
  definition: string;
}

export interface BargainHunters {
  total: number;
  offset: number;
  rows: { customer: number; name: string }[];
}

export interface MigrationCell {
  from: string;
  until: string;
  customers: number;
  before: Money;
  after: Money;
  change: Money;
}

export interface Migrations {
  of: 'class' | 'value_level';
  days: string[];
  from: string | null;
  until: string | null;
  currency: string;
  places: string[];
  rule: LevelRule;
  heads_before: number;
  heads_after: number;
  rose: number;
  fell: number;
  stayed: number;
  new: number;
  lost: number;
  cells: MigrationCell[];
  definition: string;
}

export interface Movers {
  total: number;
  offset: number;
  rows: { customer: number; name: string; before: Money | null; after: Money | null }[];
}

export interface CustomerAsset {
  investment_level: Level | null;
  delta: number | null;
  class: ClassName | null;
  contribution: Money | null;
  cost: Money | null;
  invested: Money | null;
  equity: Money | null;
}
