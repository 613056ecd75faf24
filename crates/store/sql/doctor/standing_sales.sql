-- The sum of every standing sale in one currency up to the end of a day.
select cast(coalesce(sum(fact.amount), 0) as bigint), count(*) from fact
where fact.kind = 1 and fact.currency = $1 and fact.happened_at < $2
  and not exists (select 1 from retracted where retracted.fact_id = fact.id)
