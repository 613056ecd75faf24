select count(*) from fact where not exists (select 1 from record where record.id = fact.record_id)
