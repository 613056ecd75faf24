-- As facts_of_record: facts between moments $2 and $3, without the second, and all payments, whose money may be late for
-- months.
with recursive segment (n) as (
  select cast(0 as bigint) union all select n + 1 from segment where n < (select coalesce(max(id), 0) >> 18 from fact)
)
select fact.id, fact.record_id, fact.kind, fact.happened_at, fact.amount, fact.margin, fact.currency, fact.quantity,
  fact.is_return, fact.item, fact.detail, fact.document
from segment cross join fact
where (fact.id >> 18) = +segment.n and fact.record_id = $1
  and (fact.kind = 2 or (fact.kind <> 0 and fact.happened_at >= $2 and fact.happened_at < $3))
  and not exists (select 1 from retracted where retracted.fact_id = fact.id)
