-- Sale lines with numbers between $1 and $2 that happened from $3 on and before $4, in the currency $5; returns are left
-- out. The discount is in the detail. The plus keeps the index over moments out of it: files come in order of time.
select id, record_id, amount, margin, detail
from fact
where id between $1 and $2 and kind = 1 and is_return = 0 and amount > 0 and +happened_at >= $3
  and +happened_at < $4
  and currency = $5
