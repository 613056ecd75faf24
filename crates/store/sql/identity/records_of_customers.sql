-- As records_of_customer, for every customer from $1 to $2.
select record.id, record.source_id, source.name, record.key, record.description, record.described_at,
  record.customer_id
from record join source on source.id = record.source_id
where record.customer_id between $1 and $2
order by record.customer_id, record.id
