select id from source where name = $1
