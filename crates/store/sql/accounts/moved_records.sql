-- Records up to $2 that were linked after $1, with every customer that they ever were.
select link.record_id, link.customer_id
from link
where link.record_id in (select moved.record_id from link as moved where moved.id > $1 and moved.record_id <= $2)
