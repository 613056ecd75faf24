-- Sales, contacts and requests with numbers between $1 and $2: what the valuation and the counts are made of.
select id, record_id, kind, happened_at, amount, margin, currency, is_return,
  case when item is null then 1 else 0 end as is_open
from fact
where id between $1 and $2 and kind in (1, 3, 4)
