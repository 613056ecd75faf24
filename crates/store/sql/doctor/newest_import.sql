select coalesce(max(coalesce(undone_at, finished_at, started_at)), 0) from import
