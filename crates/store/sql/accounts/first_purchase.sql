select first_purchase from customer where id = $1
