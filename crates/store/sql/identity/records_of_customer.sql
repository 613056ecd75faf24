-- The records of one customer with what their sources say of them.
select record.id, record.source_id, source.name, record.key, record.description, record.described_at
from record join source on source.id = record.source_id
where record.customer_id = $1
order by record.id
