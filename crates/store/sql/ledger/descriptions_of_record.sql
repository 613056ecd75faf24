-- What stands of what was said of a record, in the order in which it was said.
with recursive segment (n) as (
  select cast(0 as bigint) union all select n + 1 from segment where n < (select coalesce(max(id), 0) >> 18 from fact)
)
select fact.id, fact.happened_at, fact.detail
from segment cross join fact
where (fact.id >> 18) = +segment.n and fact.record_id = $1 and fact.kind = 0
  and not exists (select 1 from retracted where retracted.fact_id = fact.id)
order by fact.happened_at, fact.id
