-- As standing_twin, for a whole batch: place in the batch and import that brought the twin.
select distinct on (asked.place) asked.place, fact.import_id
from unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[]) as asked (place, record_id, happened_at, fingerprint)
join fact on fact.record_id = asked.record_id and fact.happened_at = asked.happened_at
  and fact.fingerprint = asked.fingerprint
where not exists (select 1 from retracted where retracted.fact_id = fact.id)
