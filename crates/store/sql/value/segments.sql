-- One row per record of a customer that may tell a line of business or a credit limit, by number of the record: the customer
-- and what the record says.
select customer_id, description
from record
where customer_id is not null and (description like '%"industry"%' or description like '%"credit_limit"%')
order by id
