-- One row per record of a source that belongs to a customer from $2 to $3.
select customer_id from record where source_id = $1 and customer_id between $2 and $3
