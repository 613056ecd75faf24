select count(*) from customer where not exists (select 1 from record where record.customer_id = customer.id)
