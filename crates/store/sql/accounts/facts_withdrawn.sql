-- Facts up to $3 that stand otherwise after withdrawal $2 than after $1, as the accounts read them, and whether they stand.
select fact.id, fact.record_id, fact.kind, fact.happened_at, fact.amount, fact.margin, fact.currency, fact.quantity,
  fact.is_return, fact.item, fact.detail, 1 - latest.withdraws
from retraction as latest join fact on fact.id = latest.fact_id
where latest.id > $1 and latest.id <= $2 and fact.id <= $3 and fact.kind <> 0
  and not exists (
    select 1 from retraction as later where later.fact_id = latest.fact_id and later.id > latest.id and later.id <= $2
  )
  and latest.withdraws <> coalesce((
    select before.withdraws from retraction as before
    where before.fact_id = latest.fact_id and before.id <= $1
    order by before.id desc limit 1
  ), 0)
