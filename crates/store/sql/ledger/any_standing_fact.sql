select fact.id from fact
where fact.record_id = $1 and not exists (select 1 from retracted where retracted.fact_id = fact.id)
limit 1
