-- As standing_reference, for a whole batch.
select fact_reference.kind, fact_reference.reference, fact.id, fact.fingerprint, fact.import_id
from unnest($2::bigint[], $3::text[]) as asked (kind, reference)
join fact_reference on fact_reference.source_id = $1 and fact_reference.kind = asked.kind
  and fact_reference.reference = asked.reference
join fact on fact.id = fact_reference.fact_id
