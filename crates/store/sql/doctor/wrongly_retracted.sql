-- Facts whose last retraction and whose state do not agree.
select count(*) from retraction
where retraction.id = (select max(other.id) from retraction other where other.fact_id = retraction.fact_id)
  and retraction.withdraws <> (select count(*) from retracted where retracted.fact_id = retraction.fact_id)
