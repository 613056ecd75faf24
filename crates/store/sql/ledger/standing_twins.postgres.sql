-- As standing_twin, for a whole batch: place in the batch and import that brought the twin. Row by row down the
-- index: left to itself, the planner reads all facts for each batch.
select asked.place, twin.import_id
from unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[]) as asked (place, record_id, happened_at, fingerprint)
cross join lateral (
  select fact.import_id from fact
  where fact.happened_at = asked.happened_at and fact.fingerprint = asked.fingerprint and fact.record_id = asked.record_id
    and not exists (select 1 from retracted where retracted.fact_id = fact.id)
  limit 1
) twin
