-- What all customers together are worth, month by month, and why it moved. A row of `equity_month` leads from the end of
-- `opened_on` to the end of `day`; what is closed stays as it was published, the one that is not leads to the day of
-- the valuation and is computed anew each time. Money in minor units of the company's currency.
create table equity_month (
  day bigint primary key,
  opened_on bigint not null,
  is_closed bigint not null,
  published_at bigint not null,
  -- The models and the yearly discount rate that the closing is computed by.
  models bigint,
  discount_rate double precision not null,
  -- Sales up to `day` that were known when it was published.
  sales bigint not null,
  -- The last link known then.
  newest_link bigint not null,
  opening bigint not null,
  closing bigint not null,
  expected_closing bigint not null,
  base_closing bigint not null,
  -- A sum of squares may pass 64 bits.
  surprises_squared text not null,
  expected_margin bigint not null,
  realised_margin bigint not null,
  customers_opening bigint not null,
  customers_closing bigint not null,
  customers_acquired bigint not null
);

-- The lines of a month. `data` holds the customers who matter most, each a number of 32 bits and an amount of 64, low byte
-- first; `customers` have an amount in all. Null once the rows are no longer known.
create table equity_line (
  day bigint not null,
  line text not null,
  amount bigint not null,
  customers bigint not null,
  data bytea,
  primary key (day, line)
);

-- Who came, came back and went in a month, by a key of a part: everybody (part `all`), value level, sources, kind, person in charge.
-- `risk_*` are the losses as expected when the month began, their variance, and what came, in expected heads and value.
create table equity_turn (
  day bigint not null,
  part text not null,
  key text not null,
  acquired bigint not null,
  acquired_value bigint not null,
  returned bigint not null,
  returned_value bigint not null,
  lost bigint not null,
  lost_value bigint not null,
  risk_heads double precision not null,
  risk_heads_variance double precision not null,
  risk_heads_lost double precision not null,
  risk_value double precision not null,
  risk_value_variance double precision not null,
  risk_value_lost double precision not null,
  primary key (day, part, key)
);

-- What the pages show beside the statements, as JSON by name; written by each valuation.
create table equity_note (
  name text primary key,
  content text not null
);

-- What a customer is worth to the company: expected discounted contribution of all the future.
alter table customer add column equity bigint;
