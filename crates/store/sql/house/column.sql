-- A column of the list, if nothing of its group ($3) changed since it was written.
select data from list_column
where field = $1 and part = $2
  and change >= (select coalesce(max(cast(value as bigint)), 0) from setting where name = $3)
