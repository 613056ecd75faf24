-- Which customer each record is, 0 for nobody, and whose record it is.
select id, coalesce(customer_id, 0), source_id from record
