update session set seen_at = $2, expires_at = $3 where token_hash = $1
