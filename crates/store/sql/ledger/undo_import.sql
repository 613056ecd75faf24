update import set undone_at = $2 where id = $1
