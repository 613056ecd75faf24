-- All payments as the accounts read them.
select id, record_id, kind, happened_at, amount, margin, currency, quantity, is_return, item, detail
from fact
where kind = 2
