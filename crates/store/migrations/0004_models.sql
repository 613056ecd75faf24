-- The models that values are computed by, each fit with a number: newer facts are valued by the same models until
-- another fit is adopted, and that one is compared with them before. `newest_fact` is the last fact that the fit knew,
-- `models` and `comparison` are JSON; the last one adopted is in use, the last one neither adopted nor dismissed stands
-- as a proposal.
create table model_version (
  id bigint primary key,
  fitted_at bigint not null,
  until_day bigint not null,
  horizon text not null,
  currency text not null,
  newest_fact bigint not null,
  model text not null,
  models text not null,
  comparison text,
  adopted_at bigint,
  dismissed_at bigint,
  decided_by bigint
);
