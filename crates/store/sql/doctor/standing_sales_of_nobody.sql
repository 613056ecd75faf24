-- The part of it that names no customer.
select cast(coalesce(sum(fact.amount), 0) as bigint), count(*) from fact join record on record.id = fact.record_id
where fact.kind = 1 and fact.currency = $1 and fact.happened_at < $2 and record.customer_id is null
  and not exists (select 1 from retracted where retracted.fact_id = fact.id)
