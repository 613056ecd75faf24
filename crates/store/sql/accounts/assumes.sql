-- How many imports have a mapping that assumes margins, undone ones too.
select count(*) from import where mapping like '%assumed_margin_percent%'
