-- Facts with numbers between $1 and $2, descriptions left out: sales, contacts and requests are what the valuation and the
-- counts are made of, the others tell how far facts go.
select id, record_id, kind, happened_at, amount, margin, currency, is_return,
  case when item is null then 1 else 0 end as is_open
from fact
where id between $1 and $2 and kind <> 0
