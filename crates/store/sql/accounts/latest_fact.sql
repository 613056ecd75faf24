-- The moment of the latest fact before $1 that is not a description, standing or not; no row where there is none.
select happened_at from fact where kind <> 0 and happened_at < $1 order by happened_at desc limit 1
