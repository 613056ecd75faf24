-- Every standing fact of a record, for counting: unordered.
select kind, happened_at, amount, currency,
  case when kind = 2 then detail else null end as payment
from fact
where record_id = $1 and not exists (select 1 from retracted where retracted.fact_id = fact.id)
