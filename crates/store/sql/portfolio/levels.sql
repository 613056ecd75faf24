-- One row per level (null: not valued) of the customers from $1 to $2: customers and sums.
select customer.level, count(*) as customers,
  cast(coalesce(sum(customer.expected_spend), 0) as bigint) as expected_spend,
  cast(coalesce(sum(customer.expected_margin), 0) as bigint) as expected_margin,
  cast(coalesce(sum(customer.past_revenue), 0) as bigint) as past_revenue,
  cast(sum(customer.past_margin) as bigint) as past_margin,
  cast(coalesce(sum(customer.transactions), 0) as bigint) as transactions,
  coalesce(sum(customer.p_alive), 0.0) as expected_active,
  min(customer.first_purchase) as first_purchase, max(customer.last_purchase) as last_purchase,
  cast(coalesce(sum(case when customer.transactions = 0 then 1 else 0 end), 0) as bigint) as prospects,
  cast(coalesce(sum(customer.returns), 0) as bigint) as returns
from customer
where customer.id between $1 and $2
group by customer.level
order by customer.level desc
