-- Facts from number $1 to $2 of kind $3, from moment $4 to before $5, as a tally looks at them; their words only where $6 is 1. A
-- scan: by moment each fact would have to be looked up on its own.
select id, record_id, happened_at, amount, currency, is_return,
  case when cast($6 as bigint) = 1 then document end, case when cast($6 as bigint) = 1 then item end,
  case when cast($6 as bigint) = 1 then detail end
from fact
where id between $1 and $2 and kind = $3 and +happened_at >= $4 and +happened_at < $5
