insert into import (id, source_id, file_name, file_hash, kind, mapping, started_at, header, rows_done,
  created, updated, unchanged, duplicate, invalid, without_customer, returns)
values ($1, $2, $3, $4, $5, $6, $7, $8, 0, 0, 0, 0, 0, 0, 0, 0)
