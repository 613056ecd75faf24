-- Takes a lease that is free, run out or already ours.
insert into lease (name, holder, until) values ($1, $2, $4)
on conflict (name) do update set holder = excluded.holder, until = excluded.until
where lease.holder = excluded.holder or lease.until < $3
returning holder
