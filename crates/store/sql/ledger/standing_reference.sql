-- The standing fact of a source's reference: its number, content and import.
select fact.id, fact.fingerprint, fact.import_id
from fact_reference join fact on fact.id = fact_reference.fact_id
where fact_reference.source_id = $1 and fact_reference.kind = $2 and fact_reference.reference = $3
