-- The facts of a kind in a row group, as columns.
insert into fact_column (row_group, kind, first_day, last_day, numbers, words) values ($1, $2, $3, $4, $5, $6)
