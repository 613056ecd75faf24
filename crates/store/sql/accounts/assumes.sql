-- How many imports that stand have a mapping that assumes margins.
select count(*) from import where mapping like '%assumed_margin_percent%' and undone_at is null
