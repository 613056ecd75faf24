-- The source that told a customer's first purchase (projection, written by valuing); null until then, and for who never bought.
alter table customer add column first_source bigint;
