-- The same of one customer.
select customer.id, customer.kind, customer_text.sources, customer_text.country
from customer join customer_text on customer_text.id = customer.id
where customer.id = $1
