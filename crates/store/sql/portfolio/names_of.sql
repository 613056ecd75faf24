-- Names of customers by number; $ids stands for the numbers.
select id, name from customer_text where id in ($ids)
