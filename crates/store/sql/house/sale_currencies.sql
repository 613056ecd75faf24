-- The currencies of standing sales, that of most sales first.
select fact.currency from fact
where fact.kind = 1 and fact.currency is not null
  and not exists (select 1 from retracted where retracted.fact_id = fact.id)
group by fact.currency
order by count(*) desc, fact.currency
