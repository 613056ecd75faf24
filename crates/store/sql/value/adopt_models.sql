update model_version set adopted_at = $2, decided_by = $3 where id = $1
