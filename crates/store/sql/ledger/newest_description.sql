-- The description that stands of a record.
select fact.id, fact.happened_at, fact.detail from fact
where fact.record_id = $1 and fact.kind = 0
  and not exists (select 1 from retracted where retracted.fact_id = fact.id)
order by fact.happened_at desc, fact.id desc
limit 1
