delete from saved_view where id = $1 and staff_id = $2
