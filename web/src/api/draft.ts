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

export interface EquityLine {
  name: string;
  amount: Money;
  is_customers: boolean;
  customers: number | null;
}

export interface EquityStatement {
  currency: string;
  from: string;
  until: string;
  is_closed: boolean;
  as_of: string;
  first_day: string;
  opening: Money;
  closing: Money;
  lines: EquityLine[];
  grown_by_customers: Money;
  expected_margin: Money;
  realised_margin: Money;
  customers_opening: number;
  customers_acquired: number;
  customers_closing: number;
  band: { low: Money; expected: Money; high: Money; actual: Money; is_covered: boolean; share: number } | null;
  next: { until: string; low: Money; expected: Money; high: Money; expected_margin: Money } | null;
  definition: {
    discount_rate: number;
    models: number | null;
    model: string | null;
    measure: 'margin' | 'spend';
    published_at: string;
    lost_below: number;
  };
}

export interface EquityMonth {
  from: string;
  until: string;
  is_closed: boolean;
  opening: Money;
  closing: Money;
  lines: Record<string, Money>;
  grown_by_customers: Money;
  expected_closing: Money;
  base_closing: Money;
  band_low: Money | null;
  band_high: Money | null;
  is_covered: boolean | null;
  expected_margin: Money;
  realised_margin: Money;
  customers_opening: number;
  customers_acquired: number;
  customers_closing: number;
  published_at: string;
  discount_rate: number;
  models: number | null;
}

export interface EquityMonths {
  currency: string;
  as_of: string;
  months: EquityMonth[];
  covered: { months: number; of: number };
}

export interface EquityRows {
  currency: string;
  from: string;
  until: string;
  line: string;
  amount: Money;
  customers: number;
  rest: Money;
  rest_customers: number;
  is_complete: boolean;
  total_rows: number;
  offset: number;
  rows: { customer: number; name: string; owner: string | null; level: Level | null; amount: Money; share: number | null }[];
}

export interface Turn {
  key: string;
  filter: string | null;
  acquired: number;
  acquired_value: Money;
  returned: number;
  returned_value: Money;
  lost: number;
  lost_value: Money;
  net: number;
  net_value: Money;
}

export interface Turnover {
  currency: string;
  from: string;
  until: string;
  by: string;
  lost_below: number;
  total: Turn;
  rows: Turn[];
}

export interface AlarmCause {
  part: string;
  key: string;
  filter: string | null;
  heads_expected: number;
  heads_actual: number;
  expected: Money;
  actual: Money;
  excess: Money;
  share: number | null;
}

export interface Alarm {
  currency: string;
  from: string;
  until: string;
  sounds: boolean;
  heads_above: boolean;
  value_above: boolean;
  bleeds: boolean;
  deviations: number;
  spread: number;
  heads: { expected: number; actual: number; limit: number; z: number };
  value: { expected: Money; actual: Money; limit: Money; z: number };
  acquired_value: Money;
  causes: AlarmCause[];
}

export interface Retention {
  currency: string;
  as_of: string;
  until: string;
  recoverability: number;
  basis: string;
  customers: number;
  at_stake: Money;
  worth_saving: Money;
  rows: {
    customer: number;
    name: string;
    owner: string | null;
    city: string | null;
    level: Level | null;
    value: Money;
    risk: number;
    recoverability: number;
    at_stake: Money;
    worth_saving: Money;
    last_purchase: string | null;
  }[];
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

export interface Home {
  as_of: string | null;
  currency: string;
  customers: number;
  equity: EquityStatement | null;
  series: { until: string; closing: Money; is_closed: boolean }[];
  alarm: Alarm | null;
  turnover: Turnover | null;
  retention: Retention | null;
  coherence: Coherence | null;
  classes: Classes | null;
  worklist: Worklist | null;
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
