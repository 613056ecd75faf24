-- The customers of one line ($3) over the statements that close after $1 and up to $2, one row per statement.
select amount, customers, data from equity_line where day > $1 and day <= $2 and line = $3 order by day
