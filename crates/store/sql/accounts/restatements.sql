-- Restatements of the months from $1 up to and without $2, newest first.
select id, month, restated_at, reason, earlier, later from account_restatement
where month >= $1 and month < $2
order by id desc
