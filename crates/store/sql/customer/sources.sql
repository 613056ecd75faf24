select sources from customer_text where id = $1
