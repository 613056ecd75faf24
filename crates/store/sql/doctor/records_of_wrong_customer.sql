-- Records whose customer is not the one of their last link fact.
select count(*) from record
where coalesce(record.customer_id, 0) <> coalesce((select link.customer_id from link
  where link.record_id = record.id order by link.id desc limit 1), 0)
