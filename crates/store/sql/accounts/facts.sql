-- Facts with numbers between $1 and $2 as the accounts read them; descriptions cost nothing.
select id, record_id, kind, happened_at, amount, margin, currency, quantity, is_return, item, detail
from fact
where id between $1 and $2 and kind <> 0
