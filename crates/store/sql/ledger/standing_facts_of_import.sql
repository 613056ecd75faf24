-- What an import brought and still stands; $2 and $3 bound the scan to its range of numbers.
select fact.id, fact.record_id, fact.kind, fact.reference from fact
where fact.id between $2 and $3 and fact.import_id = $1
  and not exists (select 1 from retracted where retracted.fact_id = fact.id)
order by fact.id
