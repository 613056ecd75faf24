-- The last fact of a source's reference that an import brought which was not undone.
select fact.id, fact.record_id
from fact join record on record.id = fact.record_id join import on import.id = fact.import_id
where fact.reference = $3 and fact.kind = $2 and record.source_id = $1 and import.undone_at is null
order by fact.id desc
limit 1
