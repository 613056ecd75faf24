-- One row per import, newest first; $1 is one import's number or 0 for all.
select import.id, import.source_id, source.name, import.file_name, import.file_hash, import.kind, import.mapping,
  import.started_at, import.finished_at, import.undone_at, import.header, import.rows_done,
  import.created, import.updated, import.unchanged, import.duplicate, import.invalid,
  import.without_customer, import.returns, import.first_fact, import.last_fact
from import join source on source.id = import.source_id
where $1 = 0 or import.id = $1
order by import.id desc
