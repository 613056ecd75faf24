-- What customers are worth together, and the closing of the newest statement.
select cast(coalesce(sum(equity), 0) as bigint),
  (select closing from equity_month order by day desc limit 1)
from customer
