-- Facts by number as the accounts read them, with their customers and sources; $ids stands for the numbers.
select fact.id, fact.record_id, fact.kind, fact.happened_at, fact.amount, fact.margin, fact.currency, fact.quantity,
  fact.is_return, fact.item, fact.detail, fact.document, record.customer_id, customer.first_purchase, source.name
from fact join record on record.id = fact.record_id join source on source.id = record.source_id
  left join customer on customer.id = record.customer_id
where fact.id in ($ids) and not exists (select 1 from retracted where retracted.fact_id = fact.id)
