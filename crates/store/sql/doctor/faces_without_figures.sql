select count(*) from customer_text where not exists (select 1 from customer where customer.id = customer_text.id)
