-- Whether a sale stands in a currency.
select count(*) from (
  select fact.id from fact
  where fact.kind = 1 and fact.currency = $1
    and not exists (select 1 from retracted where retracted.fact_id = fact.id)
  limit 1
) one
