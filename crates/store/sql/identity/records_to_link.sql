-- Every record that names somebody, with what stands about it.
select id, customer_id, described_by, description from record where key <> ''
