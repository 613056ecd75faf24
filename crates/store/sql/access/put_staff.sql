update staff set role = $2, owner_name = $3, disabled_at = $4 where id = $1
