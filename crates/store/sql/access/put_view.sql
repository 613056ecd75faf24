update saved_view set name = $3, shared = $4, is_default = $5, query = $6 where id = $1 and staff_id = $2
