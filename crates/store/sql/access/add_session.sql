insert into session (token_hash, staff_id, created_at, seen_at, expires_at) values ($1, $2, $3, $3, $4)
