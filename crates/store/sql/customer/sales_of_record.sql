-- Standing sales and returns of a record in the currency $2 that happened before the moment $3: unordered.
with recursive segment (n) as (
  select cast(0 as bigint) union all select n + 1 from segment where n < (select coalesce(max(id), 0) >> 18 from fact)
)
select fact.happened_at, fact.amount, fact.margin
from segment cross join fact
where (fact.id >> 18) = +segment.n and fact.record_id = $1 and fact.kind = 1 and fact.currency = $2
  and fact.happened_at < $3
  and not exists (select 1 from retracted where retracted.fact_id = fact.id)
