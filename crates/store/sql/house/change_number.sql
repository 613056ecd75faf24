-- The number of the last change to customers, 0 before the first.
select coalesce(max(cast(value as bigint)), 0) from setting where name = 'change'
