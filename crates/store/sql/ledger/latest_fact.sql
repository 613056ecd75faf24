-- The moment of the latest fact that is not a description, standing or not; no row where there is none.
select happened_at from fact where kind <> 0 order by happened_at desc limit 1
