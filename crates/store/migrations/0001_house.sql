-- The house: facts and the records they point to, who those records are, what they are worth, who may see
-- them, and the work in progress. `bigint` and `double precision` become SQLite's `integer` and `real`.

create table setting (
  name text primary key,
  value text not null
);

-- The next free number of each kind of row; taken in blocks so that bulk loads ask once.
create table id_block (
  name text primary key,
  next bigint not null
);

create table source (
  id bigint primary key,
  name text not null unique,
  created_at bigint not null
);

-- One run of an importer over one file; `rows_done` is the checkpoint from which it resumes.
create table import (
  id bigint primary key,
  source_id bigint not null,
  file_name text not null,
  file_hash text not null,
  kind text not null,
  mapping text not null,
  started_at bigint not null,
  finished_at bigint,
  undone_at bigint,
  first_fact bigint,
  last_fact bigint,
  header text not null,
  rows_done bigint not null,
  created bigint not null,
  updated bigint not null,
  unchanged bigint not null,
  duplicate bigint not null,
  invalid bigint not null,
  without_customer bigint not null,
  returns bigint not null
);

create table rejection (
  import_id bigint not null,
  row_number bigint not null,
  column_name text,
  code text not null,
  cause text not null,
  remedy text not null,
  cells text not null,
  primary key (import_id, row_number)
);

-- A customer as one source knows him. Key '' is nobody: the source named no customer.
-- `customer_id` and `described_*` are projections of link facts and descriptions.
create table record (
  id bigint primary key,
  source_id bigint not null,
  key text not null,
  customer_id bigint,
  described_by bigint,
  described_at bigint,
  description text,
  unique (source_id, key)
);
create index record_of_customer on record (customer_id);

-- Append-only. `amount` and `margin` in minor units of `currency`, `quantity` in thousandths.
create table fact (
  id bigint primary key,
  record_id bigint not null,
  kind bigint not null,
  happened_at bigint not null,
  learned_at bigint not null,
  import_id bigint not null,
  fingerprint bigint not null,
  amount bigint,
  margin bigint,
  currency text,
  quantity bigint,
  is_return bigint not null,
  reference text,
  document text,
  item text,
  detail text
);
-- Facts of a record are found segment by segment of 2^18 numbers: an entry lands among few pages whatever its
-- record, where one tree over all records would touch a page a row. Twins are found by moment and content, which
-- files bring in order of time.
create index fact_of_record on fact ((id >> 18), record_id, happened_at);
create index fact_by_content on fact (happened_at, fingerprint);
create index fact_by_reference on fact (reference) where reference is not null;

-- The standing fact of each reference that a source gave (projection).
create table fact_reference (
  source_id bigint not null,
  kind bigint not null,
  reference text not null,
  fact_id bigint not null,
  primary key (source_id, kind, reference)
);

-- Append-only: a fact withdrawn (`withdraws` = 1) or put back (0) by an import or by its undoing.
create table retraction (
  id bigint primary key,
  fact_id bigint not null,
  withdraws bigint not null,
  import_id bigint not null,
  reason text not null,
  learned_at bigint not null
);
create index retraction_of_fact on retraction (fact_id);
create index retraction_of_import on retraction (import_id);

-- Facts withdrawn as of now (projection of `retraction`).
create table retracted (
  fact_id bigint primary key
);

-- Append-only: this record is this customer, by this rule, since then. The last one of a record stands.
create table link (
  id bigint primary key,
  record_id bigint not null,
  customer_id bigint not null,
  rule text not null,
  evidence text not null,
  learned_at bigint not null
);
create index link_of_record on link (record_id);

-- Figures of each customer as the list shows them (projection; rebuilt by linking and valuing). Kept narrow
-- and apart from the texts so that a scan over a million stays short. Money in minor units of the company's
-- currency, days since 1970-01-01, `kind` 1 person 2 organisation, `level` 5 strategic to 1 negligible.
create table customer (
  id bigint primary key,
  kind bigint,
  records bigint not null,
  created_at bigint not null,
  transactions bigint not null,
  first_purchase bigint,
  last_purchase bigint,
  past_revenue bigint not null,
  past_margin bigint,
  returns bigint not null,
  interactions bigint not null,
  last_interaction bigint,
  open_requests bigint not null,
  level bigint,
  p_alive double precision,
  expected_transactions double precision,
  expected_transactions_lo80 double precision,
  expected_transactions_hi80 double precision,
  expected_transactions_lo95 double precision,
  expected_transactions_hi95 double precision,
  expected_spend bigint,
  expected_spend_lo80 bigint,
  expected_spend_hi80 bigint,
  expected_spend_lo95 bigint,
  expected_spend_hi95 bigint,
  expected_margin bigint
);

-- What the list shows of each customer in words, and the same folded for comparing and sorting (`*_key`).
create table customer_text (
  id bigint primary key,
  name text not null,
  email text,
  phone text,
  city text,
  postcode text,
  country text,
  owner text,
  sources text not null,
  name_key text not null,
  email_key text,
  phone_key text,
  city_key text,
  postcode_key text,
  country_key text,
  owner_key text
);
create index customer_by_name on customer_text (name_key, id);
create index customer_by_owner on customer_text (owner);

-- Columns of the customer list as pages use them, written when a job has changed customers (projection). `part` is
-- `ranks` (32 bits a customer) or `amounts` (64 bits a customer); good while `change` is not behind its group's.
create table list_column (
  field text not null,
  part text not null,
  change bigint not null,
  data bytea not null,
  primary key (field, part)
);

-- One run of the valuation over the whole base; `summary` is what the portfolio page needs of it.
create table valuation (
  id bigint primary key,
  valued_at bigint not null,
  until_day bigint not null,
  horizon_days bigint not null,
  currency text not null,
  model text not null,
  summary text not null
);

create table staff (
  id bigint primary key,
  name text not null,
  email text not null unique,
  role text not null,
  owner_name text,
  password_hash text,
  created_at bigint not null,
  disabled_at bigint
);

create table session (
  token_hash text primary key,
  staff_id bigint not null,
  created_at bigint not null,
  seen_at bigint not null,
  expires_at bigint not null
);

-- One-time tokens: `first_run` opens the house, `sign_in` is a link for one person.
create table one_time_token (
  token_hash text primary key,
  purpose text not null,
  staff_id bigint,
  expires_at bigint not null
);

create table saved_view (
  id bigint primary key,
  staff_id bigint not null,
  name text not null,
  shared bigint not null,
  is_default bigint not null,
  query text not null,
  created_at bigint not null
);

create table job (
  id bigint primary key,
  kind text not null,
  title text not null,
  parameters text not null,
  state text not null,
  done bigint not null,
  total bigint,
  unit text not null,
  created_by bigint,
  created_at bigint not null,
  started_at bigint,
  finished_at bigint,
  cancel_requested bigint not null,
  result text,
  error text
);

-- Who may carry out jobs now; a holder that stops renewing loses it.
create table lease (
  name text primary key,
  holder text not null,
  until bigint not null
);
