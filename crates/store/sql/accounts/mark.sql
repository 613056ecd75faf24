-- How far facts, withdrawals, links, records and customers had come.
select (select coalesce(max(id), 0) from fact), (select coalesce(max(id), 0) from retraction),
  (select coalesce(max(id), 0) from link), (select coalesce(max(id), 0) from record),
  (select coalesce(max(customer_id), 0) from record)
