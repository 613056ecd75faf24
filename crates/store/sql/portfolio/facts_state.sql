-- The newest fact and the newest withdrawal, which also puts facts back: what tallies of facts depend on beside customers.
select (select coalesce(max(id), 0) from fact), (select coalesce(max(id), 0) from retraction)
