-- The same of one customer.
select customer_id, description
from record
where customer_id = $1 and (description like '%"industry"%' or description like '%"credit_limit"%')
order by id
