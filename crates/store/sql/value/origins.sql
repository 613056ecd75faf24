-- One row per customer, by rising number: kind and sources, for telling who is like whom.
select customer.id, customer.kind, customer_text.sources
from customer join customer_text on customer_text.id = customer.id
order by customer.id
