-- Customers behind an account number as any source writes it; one look into the index a source.
select customer_id from record
where source_id in (select id from source) and key = $1 and customer_id is not null and key <> ''
