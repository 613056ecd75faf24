update saved_view set is_default = 0 where staff_id = $1 and id <> $2
