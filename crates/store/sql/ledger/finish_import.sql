update import set finished_at = $2 where id = $1
