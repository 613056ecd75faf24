-- Customers of links with numbers above $1, and who the same records were taken for up to then.
select link.customer_id, before.customer_id
from link
join link before on before.record_id = link.record_id and before.id <= $1
where link.id > $1 and before.customer_id <> link.customer_id
