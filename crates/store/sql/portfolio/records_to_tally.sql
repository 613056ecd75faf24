-- Whose each record is, and from which source.
select id, customer_id, source_id from record where customer_id is not null
