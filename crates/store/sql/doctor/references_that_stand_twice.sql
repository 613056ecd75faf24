-- References of a source of which two facts stand.
select count(*) from (
  select record.source_id, fact.kind, fact.reference
  from fact join record on record.id = fact.record_id
  where fact.reference is not null and not exists (select 1 from retracted where retracted.fact_id = fact.id)
  group by record.source_id, fact.kind, fact.reference
  having count(*) > 1
) twice
