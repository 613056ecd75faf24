-- What a person saved, and what others share.
select id, staff_id, name, shared, is_default, query from saved_view
where staff_id = $1 or shared = 1
order by name, id
