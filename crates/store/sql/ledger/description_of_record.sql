select description from record where id = $1
