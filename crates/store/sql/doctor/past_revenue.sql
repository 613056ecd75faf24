select cast(coalesce(sum(past_revenue), 0) as bigint) from customer
