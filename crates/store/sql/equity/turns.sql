-- One row per statement and key of a part ($1).
select day, key, acquired, acquired_value, returned, returned_value, lost, lost_value, risk_heads, risk_heads_variance,
  risk_heads_lost, risk_value, risk_value_variance, risk_value_lost
from equity_turn
where part = $1
order by day, key
