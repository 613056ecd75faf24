delete from one_time_token where staff_id = $1
