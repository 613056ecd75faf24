-- Customers whose expected contribution is not their equity less the expected cost to serve, or stands without one of the two.
select count(*) from customer
where expected_contribution is not null
  and (equity is null or expected_cost is null or expected_contribution <> equity - expected_cost)
