-- The rules of levels and classes that were ever in force, the newest first, with who set them.
select level_rules.id, level_rules.decided_at, staff.name, level_rules.rules
from level_rules left join staff on staff.id = level_rules.decided_by
order by level_rules.id desc limit $1
