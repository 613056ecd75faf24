-- The same of one customer.
select customer.id, customer.kind, customer_text.sources, customer_text.country, source.name
from customer
join customer_text on customer_text.id = customer.id
left join source on source.id = customer.first_source
where customer.id = $1
