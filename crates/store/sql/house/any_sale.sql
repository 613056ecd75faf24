select count(*) from (select id from fact where kind = 1 and currency = $1 limit 1) one
