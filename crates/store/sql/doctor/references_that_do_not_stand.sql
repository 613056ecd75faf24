select count(*) from fact_reference
where exists (select 1 from retracted where retracted.fact_id = fact_reference.fact_id)
