-- One row per import, newest first; $1 is one import's number or 0 for all. An import that was left incomplete is begun
-- anew by the first complete one of the same file into the same source.
select import.id, import.source_id, source.name, import.file_name, import.file_hash, import.kind, import.mapping,
  import.started_at, import.finished_at, import.undone_at, import.header, import.rows_done,
  import.created, import.updated, import.unchanged, import.duplicate, import.invalid,
  import.without_customer, import.returns, import.first_fact, import.last_fact,
  case when import.finished_at is null and import.file_hash <> '' then (
    select min(anew.id) from import anew
    where anew.source_id = import.source_id and anew.file_hash = import.file_hash and anew.id > import.id
      and anew.finished_at is not null and anew.undone_at is null
  ) end as begun_anew_by
from import join source on source.id = import.source_id
where $1 = 0 or import.id = $1
order by import.id desc
