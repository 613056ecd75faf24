-- The same of one customer.
select customer_id, description
from record
where customer_id = $1 and description is not null
order by id
