insert into one_time_token (token_hash, purpose, staff_id, expires_at) values ($1, $2, $3, $4)
