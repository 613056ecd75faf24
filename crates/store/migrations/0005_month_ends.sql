-- What each customer was at the end of a month (projection): `data` holds a number of 64 bits, low byte first, for each
-- customer from number 0 on; the smallest number says that he was none yet.
create table month_end (
  day bigint not null,
  measure text not null,
  data bytea not null,
  primary key (day, measure)
);
