-- A waiting job is cancelled at once, a running one is asked to stop.
update job set cancel_requested = 1,
  state = case when state = 'queued' then 'cancelled' else state end,
  finished_at = case when state = 'queued' then $2 else finished_at end
where id = $1 and state in ('queued', 'running')
