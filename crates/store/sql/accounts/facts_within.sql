-- Facts between moments $1 and $2, without the second, as the accounts read them; payments are read by accounts/payments.
select id, record_id, kind, happened_at, amount, margin, currency, quantity, is_return, item, detail
from fact
where happened_at >= $1 and happened_at < $2 and kind <> 0 and kind <> 2
