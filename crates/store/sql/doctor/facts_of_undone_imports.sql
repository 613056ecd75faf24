-- Facts that stand although their import was undone.
select count(*) from import join fact on fact.import_id = import.id
  and fact.id between import.first_fact and import.last_fact
where import.undone_at is not null
  and not exists (select 1 from retracted where retracted.fact_id = fact.id)
