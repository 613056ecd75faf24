-- A record of which nothing stands any more belongs to nobody.
update record set customer_id = null where id = $1
