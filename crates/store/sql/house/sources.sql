-- One row per source: its records (nobody left out), its standing facts, when it last told something.
select source.id, source.name,
  (select count(*) from record where record.source_id = source.id and record.key <> '') as records,
  (select cast(coalesce(sum(import.created + import.updated), 0) as bigint) from import
    where import.source_id = source.id and import.undone_at is null) as facts,
  (select max(import.finished_at) from import where import.source_id = source.id) as last_import_at
from source
order by source.name
