-- One row per record of a source that belongs to somebody.
select customer_id from record where source_id = $1 and customer_id is not null
