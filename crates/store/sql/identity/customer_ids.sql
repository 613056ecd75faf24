select id from customer
