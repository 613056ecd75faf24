insert into job (id, kind, title, parameters, state, done, total, unit, created_by, created_at, cancel_requested)
values ($1, $2, $3, $4, 'queued', 0, null, $5, $6, $7, 0)
