select name from customer_text where id = $1
