-- The moment of the latest fact before $1 that is not a description, standing or not, among the $2 latest; null where there is none.
select max(case when kind <> 0 then happened_at end)
from (select kind, happened_at from fact where happened_at < $1 order by happened_at desc limit $2) as latest
