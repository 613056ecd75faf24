-- The catalogue of activities, append-only: the last version stands. `content` is JSON; `made_by` is empty where the house
-- guessed it from the facts, `origin` is `guess`, `person` or `confirmation`.
create table catalogue_version (
  id bigint primary key,
  made_at bigint not null,
  made_by bigint,
  origin text not null,
  note text not null,
  content text not null
);
-- The accounts of one month (projection): what all facts say, what belongs to nobody, teams, costs by words. `month` is its
-- first day, `until_day` the first day after it, `content` JSON with money in minor units.
create table account_month (
  month bigint primary key,
  until_day bigint not null,
  closed_at bigint not null,
  content text not null
);
-- The customers' own statements (projection), 256 customers a row: which months, which lines, how much.
create table account_block (
  block bigint primary key,
  data bytea not null
);
-- Append-only: a month that had been closed and came out otherwise; why, and its totals by line before and after, as JSON.
create table account_restatement (
  id bigint primary key,
  month bigint not null,
  restated_at bigint not null,
  reason text not null,
  earlier text not null,
  later text not null
);
-- Of the last twelve months, in minor units: margin less costs, all costs, acquisition and upkeep.
alter table customer add column contribution bigint;
alter table customer add column cost bigint;
alter table customer add column invested bigint;
