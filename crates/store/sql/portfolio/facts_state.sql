-- The newest fact and how many were withdrawn: what tallies of facts depend on beside customers.
select (select coalesce(max(id), 0) from fact), (select count(*) from retracted)
