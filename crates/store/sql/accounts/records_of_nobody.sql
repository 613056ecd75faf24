-- Where each source keeps what names nobody.
select record.id, source.name from record join source on source.id = record.source_id
where record.customer_id is null and record.key = ''
