insert into account_restatement (id, month, restated_at, reason, earlier, later) values ($1, $2, $3, $4, $5, $6)
