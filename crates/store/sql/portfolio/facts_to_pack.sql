-- What filters look at of the facts from number $1 to $2: of kind $3, or of every kind where it is 0; their words only where $4
-- is 1. Descriptions are looked at through the customers' columns.
select id, record_id, kind, happened_at, amount, currency, is_return,
  case when cast($4 as bigint) = 1 then document end, case when cast($4 as bigint) = 1 then item end,
  case when cast($4 as bigint) = 1 then detail end
from fact
where id between $1 and $2 and kind <> 0 and (cast($3 as bigint) = 0 or kind = $3)
