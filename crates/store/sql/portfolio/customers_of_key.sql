-- Customers behind an account number as any source writes it.
select record.customer_id from record join source on record.source_id = source.id
where record.key = $1 and record.customer_id is not null and record.key <> ''
