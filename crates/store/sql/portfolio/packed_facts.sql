-- Facts of kind $1 of a day from $2 to $3 as columns, of every second row group before $6: those that leave $4. Words only where
-- $5 is 1.
select numbers, case when cast($5 as bigint) = 1 then words end
from fact_column
where kind = $1 and last_day >= $2 and first_day <= $3 and row_group % 2 = $4 and row_group < $6
order by row_group
