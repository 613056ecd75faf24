-- Facts of other imports that this import withdrew and nobody withdrew or put back since.
select fact.id, fact.record_id, fact.kind, fact.reference
from retraction join fact on fact.id = retraction.fact_id
where retraction.import_id = $1 and retraction.withdraws = 1 and fact.import_id <> $1
  and exists (select 1 from retracted where retracted.fact_id = fact.id)
  and not exists (select 1 from retraction later where later.fact_id = fact.id and later.id > retraction.id)
order by fact.id
