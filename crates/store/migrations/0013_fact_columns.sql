-- What filters look at of the facts of a kind in a full row group of 2^15 numbers, as columns (derived; left out of backups).
-- Each such group has a row of kind 0, which tells that it is here.
create table fact_column (
  row_group bigint not null,
  kind bigint not null,
  first_day bigint not null,
  last_day bigint not null,
  numbers bytea not null,
  words bytea not null,
  primary key (row_group, kind)
);
-- Whose records are whose is read without the records' rows.
drop index record_of_customer;
create index record_of_customer on record (customer_id, source_id);
