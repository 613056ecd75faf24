-- Records that are nobody's: where each source keeps what names nobody, and those that are not linked yet.
select record.id, source.name from record join source on source.id = record.source_id
where record.customer_id is null
