-- Every link in the order it was made: the last of a record stands.
select record_id, rule, evidence from link order by id
