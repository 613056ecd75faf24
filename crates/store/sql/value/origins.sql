-- One row per customer, by rising number: kind, sources, country and the source of the first purchase, for telling who is
-- like whom.
select customer.id, customer.kind, customer_text.sources, customer_text.country, source.name
from customer
join customer_text on customer_text.id = customer.id
left join source on source.id = customer.first_source
order by customer.id
