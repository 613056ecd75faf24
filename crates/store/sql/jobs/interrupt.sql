-- Jobs whose worker is gone.
update job set state = 'interrupted', finished_at = $1 where state = 'running'
