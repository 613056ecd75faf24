-- Starts the oldest job that waits and gives its number.
update job set state = 'running', started_at = $1, finished_at = null, error = null
where id = (select min(id) from job where state = 'queued')
returning id
