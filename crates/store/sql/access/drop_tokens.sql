delete from one_time_token where purpose = $1 and coalesce(staff_id, 0) = $2
