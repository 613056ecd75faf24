-- Newest first; $1 one job's number or 0 for all, $2 how many at most.
select id, kind, title, parameters, state, done, total, unit, created_by, created_at, started_at, finished_at,
  cancel_requested, result, error
from job
where $1 = 0 or id = $1
order by id desc
limit $2
