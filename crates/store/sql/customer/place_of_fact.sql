select record_id, happened_at from fact where id = $1
