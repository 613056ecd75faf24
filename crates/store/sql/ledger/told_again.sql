-- Later imports of a source that stand and told rows again which stood already.
select import.id, import.file_name, import.unchanged
from import
where import.source_id = $1 and import.id > $2 and import.undone_at is null and import.unchanged > 0
order by import.id
