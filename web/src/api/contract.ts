/** What the server says and takes. */

export interface Money {
  amount: string;
  currency: string;
}

export type Level = 'strategic' | 'high' | 'median' | 'low' | 'negligible';
export type Measure = 'margin' | 'spend';
export type CustomerKind = 'person' | 'organisation';

export interface Staff {
  id: number | string;
  name: string;
  email: string;
  role: 'administrator' | 'seller';
}

export interface Rights {
  margin: boolean;
  import: boolean;
  administer: boolean;
}

export interface Session {
  state: 'signed_in' | 'signed_out' | 'first_run';
  staff: Staff | null;
  rights: Rights;
  company: { name: string; currency: string } | null;
  demo: boolean;
}

export interface Interval {
  value: Money;
  lo80: Money;
  hi80: Money;
  lo95: Money;
  hi95: Money;
}

export interface LevelShare {
  level: Level;
  customers: number;
  value: Money;
  past_revenue: Money;
  filter: string;
}

export interface ModelNote {
  code: string;
  message: string;
  count: number | null;
}

export interface Portfolio {
  as_of: string | null;
  horizon_days: number;
  currency: string;
  customers: number;
  prospects: number;
  measure: Measure;
  expected: Interval | null;
  past: {
    revenue: Money;
    margin: Money | null;
    transactions: number;
    first_day: string | null;
    last_day: string | null;
  };
  active_expected: number | null;
  concentration: { customers: number; value: number }[];
  top20_share: number | null;
  levels: LevelShare[];
  model: {
    name: string;
    converged: boolean;
    customers: number;
    fitted_at: string;
    notes: ModelNote[];
  } | null;
  unattributed: { facts: number; amount: Money };
  other_currencies: { currency: string; facts: number; amount: Money }[];
  sources: Source[];
}

export interface Source {
  name: string;
  records: number;
  facts: number;
  last_import_at: string | null;
}

export interface CustomerRow {
  id: number | string;
  name: string;
  kind: CustomerKind | null;
  city: string | null;
  country: string | null;
  owner: string | null;
  level: Level | null;
  expected_value: Money | null;
  expected_value_lo80: Money | null;
  expected_value_hi80: Money | null;
  expected_transactions: number | null;
  p_alive: number | null;
  past_revenue: Money | null;
  past_margin: Money | null;
  transactions: number;
  first_purchase: string | null;
  last_purchase: string | null;
  open_requests: number;
  sources: string[];
}

export interface CustomerPage {
  total: number;
  offset: number;
  version: number | string;
  sums: Record<string, Money>;
  rows: CustomerRow[];
}

export interface CustomerQuery {
  filter?: string;
  q?: string;
  sort?: string;
}

export type FieldType = 'text' | 'number' | 'money' | 'day' | 'share' | 'choice';

export interface Field {
  name: string;
  type: FieldType;
  choices?: string[] | null;
  sortable: boolean;
  filterable: boolean;
  default_column: boolean;
  width: number;
}

export interface CustomerValue {
  expected_value: Money;
  lo80: Money;
  hi80: Money;
  lo95: Money;
  hi95: Money;
  expected_transactions: number;
  expected_transactions_lo80: number | null;
  expected_transactions_hi80: number | null;
  p_alive: number;
  horizon_days: number;
  as_of: string;
  model: string;
  reason: string | null;
}

export interface AttributeValue {
  attribute: string;
  value: string;
  source: string;
  record_key: string | null;
  learned_at: string;
  others: { value: string; source: string; learned_at: string }[];
}

export interface CustomerRecord {
  id: number | string;
  source: string;
  key: string;
  rule: string;
  evidence: string;
  linked_at: string;
}

export interface Customer {
  id: number | string;
  name: string;
  kind: CustomerKind | null;
  level: Level | null;
  owner: string | null;
  measure: Measure;
  value: CustomerValue | null;
  past: {
    revenue: Money;
    margin: Money | null;
    transactions: number;
    first_purchase: string | null;
    last_purchase: string | null;
    returns: Money;
  };
  attributes: AttributeValue[];
  records: CustomerRecord[];
  counts: Record<string, number>;
  monthly: { month: string; revenue: Money }[];
  open_requests: number;
  payment: { open: Money; overdue: Money; late_days_mean: number | null } | null;
}

export interface TitleParts {
  order?: string | null;
  product?: string | null;
  description?: string | null;
  quantity?: number | string | null;
  channel?: string | null;
  direction?: string | null;
  minutes?: number | string | null;
  who?: string | null;
  subject?: string | null;
  opened?: string | null;
  closed?: string | null;
  due?: string | null;
  paid?: string | null;
  rating?: number | string | null;
  text?: string | null;
  activity?: string | null;
  invoice?: string | null;
  referred?: string | null;
  is_return?: boolean | null;
}

export interface TimelineFact {
  id: number | string;
  kind: string;
  happened_at: string;
  learned_at: string;
  source: string;
  record_key: string | null;
  reference: string | null;
  title_parts: TitleParts;
  amount: Money | null;
  margin: Money | null;
  attributes?: Record<string, string> | null;
}

export interface TimelinePage {
  facts: TimelineFact[];
  next: string | null;
  newest: string | null;
}

export interface SearchHit {
  id: number | string;
  name: string;
  city: string | null;
  level: Level | null;
  expected_value: Money | null;
}

export interface ViewQuery {
  filter: string;
  q: string;
  sort: string;
  columns: { name: string; width: number }[];
}

export interface View {
  id: number | string;
  name: string;
  shared: boolean;
  mine: boolean;
  is_default: boolean;
  query: ViewQuery;
}

export type ViewDraft = Pick<View, 'name' | 'shared' | 'query' | 'is_default'>;

export type JobState = 'queued' | 'running' | 'done' | 'failed' | 'cancelled' | 'interrupted';

export interface ImportCounts {
  read: number;
  created: number;
  updated: number;
  unchanged: number;
  duplicate: number;
  invalid: number;
  without_customer?: number;
  returns?: number;
}

export interface ImportResult extends ImportCounts {
  import: number | string | null;
  rejections: { code: string; count: number; example: string | null }[];
}

export interface Job {
  id: number | string;
  kind: string;
  title: string;
  state: JobState;
  done: number;
  total: number | null;
  unit: 'rows' | 'bytes' | 'customers';
  rate_per_second: number | null;
  seconds_left: number | null;
  created_at: string;
  started_at: string | null;
  finished_at: string | null;
  result: Record<string, unknown> | null;
  error: { message: string } | null;
  can_cancel: boolean;
  can_resume: boolean;
}

export type FileKind =
  | 'customers'
  | 'sales'
  | 'payments'
  | 'interactions'
  | 'requests'
  | 'reviews'
  | 'referrals'
  | 'costs';

export interface Format {
  type: string;
  encoding?: string | null;
  delimiter?: string | null;
  header?: boolean | null;
  decimal?: string | null;
  date_order?: string | null;
  sheet?: string | null;
  [more: string]: unknown;
}

export interface Mapping {
  kind: FileKind;
  currency: string | null;
  format: Format;
  columns: Record<string, string | string[]>;
  rules: Record<string, unknown>;
  [more: string]: unknown;
}

export interface ColumnGuess {
  name: string;
  kind: string;
  samples: string[];
  target: string | null;
  certainty: number;
  empty: number;
}

export interface Target {
  name: string;
  kind: FileKind[];
  required: boolean;
  label_code: string;
  type: string;
}

export interface Guess {
  mapping: Mapping;
  columns: ColumnGuess[];
  sample: string[][];
  remembered: boolean;
  notes: { code: string; message: string }[];
  targets: Target[];
}

export interface Upload {
  id: number | string;
  name: string;
  size: number;
  guess: Guess;
}

export interface CheckProblem {
  column: string | null;
  code: string;
  cause: string;
  remedy: string;
}

export interface CheckedRow {
  row: number;
  cells: string[];
  problems: CheckProblem[];
}

export interface Check {
  rows_checked: number;
  valid: number;
  invalid: number;
  without_customer: number;
  rows: CheckedRow[];
  entries: { row: number; customer: string | null; summary: string }[];
}

export interface Import {
  id: number | string;
  source: string;
  file_name: string;
  kind: FileKind;
  imported_at: string;
  undone_at: string | null;
  counts: ImportCounts;
  job: number | string | null;
}
