delete from customer_text where id = $1
