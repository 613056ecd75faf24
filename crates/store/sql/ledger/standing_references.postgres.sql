-- As standing_reference, for a whole batch, row by row down the indexes as in standing_twins.
select asked.kind, asked.reference, standing.id, standing.fingerprint, standing.import_id
from unnest($2::bigint[], $3::text[]) as asked (kind, reference)
cross join lateral (
  select fact.id, fact.fingerprint, fact.import_id
  from fact_reference join fact on fact.id = fact_reference.fact_id
  where fact_reference.source_id = $1 and fact_reference.kind = asked.kind
    and fact_reference.reference = asked.reference
  limit 1
) standing
