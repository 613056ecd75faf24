-- Every standing fact of a record, for counting: unordered.
with recursive segment (n) as (
  select cast(0 as bigint) union all select n + 1 from segment where n < (select coalesce(max(id), 0) >> 18 from fact)
)
select fact.kind, fact.happened_at, fact.amount, fact.currency,
  case when fact.kind = 2 then fact.detail else null end as payment,
  case when fact.kind = 4 and fact.item is null then 1 else 0 end as is_open_request
from segment cross join fact
where (fact.id >> 18) = +segment.n and fact.record_id = $1
  and not exists (select 1 from retracted where retracted.fact_id = fact.id)
