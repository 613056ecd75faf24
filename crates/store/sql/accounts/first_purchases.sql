select id, first_purchase from customer where first_purchase is not null
