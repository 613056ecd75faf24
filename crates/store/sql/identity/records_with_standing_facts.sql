-- One row per standing fact: its record.
select fact.record_id from fact
where not exists (select 1 from retracted where retracted.fact_id = fact.id)
