update job set done = $2, total = $3, unit = $4 where id = $1
returning cancel_requested
