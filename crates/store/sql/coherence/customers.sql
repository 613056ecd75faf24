-- Customers with numbers between $1 and $2: expected value in minor units (null: not valued) and their scores as kept.
select id, expected_margin, level, investment_level, delta, class from customer where id between $1 and $2
