-- One customer's figures and texts.
select customer_text.name, customer.kind, customer_text.owner, customer.level, customer.p_alive,
  customer.expected_transactions, customer.expected_transactions_lo80, customer.expected_transactions_hi80,
  customer.expected_transactions_lo95, customer.expected_transactions_hi95,
  customer.expected_spend, customer.expected_spend_lo80, customer.expected_spend_hi80,
  customer.expected_spend_lo95, customer.expected_spend_hi95, customer.expected_margin,
  customer.past_revenue, customer.past_margin, customer.returns, customer.transactions,
  customer.first_purchase, customer.last_purchase, customer.open_requests,
  customer.contribution, customer.cost, customer.invested, customer.equity,
  customer.investment_level, customer.delta, customer.class,
  customer.expected_cost, customer.expected_contribution
from customer join customer_text on customer_text.id = customer.id
where customer.id = $1
