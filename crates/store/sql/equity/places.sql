-- One row per customer, by rising number: what losses are looked at by.
select customer.id, customer.kind, customer_text.sources, customer_text.owner
from customer join customer_text on customer_text.id = customer.id
order by customer.id
