delete from session where staff_id = $1 and token_hash <> $2
