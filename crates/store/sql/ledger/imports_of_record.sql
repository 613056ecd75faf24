-- The imports that brought what stands of a record, descriptions apart.
with recursive segment (n) as (
  select cast(0 as bigint) union all select n + 1 from segment where n < (select coalesce(max(id), 0) >> 18 from fact)
)
select distinct fact.import_id
from segment cross join fact
where (fact.id >> 18) = +segment.n and fact.record_id = $1 and fact.kind <> 0
  and not exists (select 1 from retracted where retracted.fact_id = fact.id)
