-- Which records and of which source the customers from number $1 to $2 are.
select id, customer_id, source_id from record where customer_id between $1 and $2
