-- Whether anything stands that a file told.
select count(*) from (
  select fact.id from fact
  where not exists (select 1 from retracted where retracted.fact_id = fact.id)
  limit 1
) one
