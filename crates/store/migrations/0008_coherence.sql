-- Whether we invest where the value is. Of each customer, as the last scoring found him (projections): the level of what
-- is invested in him (5 strategic to 1 negligible), investment less value (-4 to 4), and his class (4 for D1 to 1 for D4).
alter table customer add column investment_level bigint;
alter table customer add column delta bigint;
alter table customer add column class bigint;

-- Append-only: the rules of levels and classes as somebody set them, JSON. The last one is in force.
create table level_rules (
  id bigint primary key,
  decided_at bigint not null,
  decided_by bigint,
  rules text not null
);

-- What the last scoring found of all customers together (projection): each part is JSON.
create table coherence (
  part text primary key,
  data text not null
);

-- The worklist (projection): incoherent customers by the money at stake, the most first, numbered from 1 without a gap.
-- Money in minor units of the company's currency.
create table incoherence (
  place bigint primary key,
  customer_id bigint not null,
  reason text not null,
  value_level bigint not null,
  investment_level bigint not null,
  value bigint not null,
  investment bigint not null,
  coherent_investment bigint not null
);
create index incoherence_of_customer on incoherence (customer_id);

-- Append-only: what somebody decided about an incoherent customer, with the levels he had then. The last one of a
-- customer holds while he has these levels.
create table worklist_decision (
  id bigint primary key,
  customer_id bigint not null,
  decision text not null,
  note text not null,
  reason text not null,
  value_level bigint not null,
  investment_level bigint not null,
  gap bigint not null,
  decided_at bigint not null,
  decided_by bigint
);
create index worklist_decision_of_customer on worklist_decision (customer_id, id);
