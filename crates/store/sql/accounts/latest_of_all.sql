-- The same among all. The plus keeps the index over moments out of it: it would lead to each row on its own.
select max(happened_at) from fact where kind <> 0 and +happened_at < $1
