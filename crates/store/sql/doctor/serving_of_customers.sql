-- What serving is expected to cost, what is expected to be left, and of how many customers: customers of whom a cost is
-- expected, the sum of the costs, customers of whom a contribution is, and their sum. Minor units.
select count(expected_cost), cast(coalesce(sum(expected_cost), 0) as bigint), count(expected_contribution),
  cast(coalesce(sum(expected_contribution), 0) as bigint)
from customer
