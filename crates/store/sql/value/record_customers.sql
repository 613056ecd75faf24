-- Which customer each record is; records of nobody are left out.
select id, customer_id from record where customer_id is not null
