update job set state = $2, result = coalesce($3, result), error = $4, finished_at = $5 where id = $1
