-- Standing facts of a record before ($2, $3), newest first; $4 has a bit for each kind wanted.
with recursive segment (n) as (
  select cast(0 as bigint) union all select n + 1 from segment where n < (select coalesce(max(id), 0) >> 18 from fact)
)
select fact.id, fact.record_id, fact.kind, fact.happened_at, fact.learned_at, fact.amount, fact.margin,
  fact.currency, fact.quantity, fact.is_return, fact.reference, fact.document, fact.item, fact.detail
from segment cross join fact
where (fact.id >> 18) = +segment.n and fact.record_id = $1
  and fact.happened_at <= $2 and (fact.happened_at < $2 or fact.id < $3)
  and (($4 >> cast(fact.kind as integer)) & 1) = 1
  and not exists (select 1 from retracted where retracted.fact_id = fact.id)
order by fact.happened_at desc, fact.id desc
limit $5
