-- How many administrators besides $1 can sign in.
select count(*) from staff where role = 'administrator' and disabled_at is null and id <> $1
