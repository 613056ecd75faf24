-- How many facts of a kind there are before number $1, what their amounts and the numbers of their records add up to.
select kind, count(*), cast(coalesce(sum(case when currency is not null then amount end), 0) as bigint),
  cast(sum(record_id) as bigint)
from fact
where id < $1 and kind <> 0
group by kind
