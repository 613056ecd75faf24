-- Standing facts of a record as the accounts read them: unordered.
with recursive segment (n) as (
  select cast(0 as bigint) union all select n + 1 from segment where n < (select coalesce(max(id), 0) >> 18 from fact)
)
select fact.id, fact.record_id, fact.kind, fact.happened_at, fact.amount, fact.margin, fact.currency, fact.quantity,
  fact.is_return, fact.item, fact.detail, fact.document
from segment cross join fact
where (fact.id >> 18) = +segment.n and fact.record_id = $1 and fact.kind <> 0
  and not exists (select 1 from retracted where retracted.fact_id = fact.id)
