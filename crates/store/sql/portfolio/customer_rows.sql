-- Customers of a page by number; $ids stands for the numbers.
select customer.id, customer_text.name, customer.kind, customer_text.email, customer_text.phone,
  customer_text.city, customer_text.postcode, customer_text.country, customer_text.owner, customer_text.sources,
  customer.records, customer.created_at, customer.level, customer.p_alive, customer.expected_transactions,
  customer.expected_margin, customer.past_margin, customer.expected_spend,
  customer.expected_spend_lo80, customer.expected_spend_hi80, customer.past_revenue, customer.returns,
  customer.transactions, customer.first_purchase, customer.last_purchase, customer.interactions,
  customer.last_interaction, customer.open_requests, customer.contribution, customer.cost, customer.invested,
  customer.equity, customer.investment_level, customer.delta, customer.class,
  customer.expected_cost, customer.expected_contribution
from customer join customer_text on customer_text.id = customer.id
where customer.id in ($ids)
