-- Standing facts of a record before ($2, $3), newest first; $4 has a bit for each kind wanted.
select id, record_id, kind, happened_at, learned_at, amount, margin, currency, quantity, is_return, reference,
  document, item, detail
from fact
where record_id = $1 and happened_at <= $2 and (happened_at < $2 or id < $3)
  and (($4 >> cast(kind as integer)) & 1) = 1
  and not exists (select 1 from retracted where retracted.fact_id = fact.id)
order by happened_at desc, id desc
limit $5
