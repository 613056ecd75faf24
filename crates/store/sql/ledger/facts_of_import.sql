-- What an import brought, standing or not; $2 and $3 bound the scan to its range of numbers.
select fact.id, fact.record_id, fact.kind, fact.reference,
  (select count(*) from retracted where retracted.fact_id = fact.id) as is_retracted
from fact
where fact.id between $2 and $3 and fact.import_id = $1
order by fact.id
