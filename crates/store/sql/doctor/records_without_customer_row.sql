select count(*) from record
where record.customer_id is not null and not exists (select 1 from customer where customer.id = record.customer_id)
