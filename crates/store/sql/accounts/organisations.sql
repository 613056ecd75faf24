select coalesce(sum(case when kind = 2 then 1 else 0 end), 0), count(*) from customer
