-- One row per customer, by rising number: kind, sources and country, for telling who is like whom.
select customer.id, customer.kind, customer_text.sources, customer_text.country
from customer join customer_text on customer_text.id = customer.id
order by customer.id
