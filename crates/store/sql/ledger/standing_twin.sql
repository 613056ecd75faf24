-- A standing fact of the same record, moment and content, and the import that brought it.
select fact.import_id from fact
where fact.happened_at = $2 and fact.fingerprint = $3 and fact.record_id = $1
  and not exists (select 1 from retracted where retracted.fact_id = fact.id)
limit 1
