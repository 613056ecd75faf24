update job set state = 'queued', cancel_requested = 0, finished_at = null, error = null
where id = $1 and state in ('cancelled', 'failed', 'interrupted')
