insert into coherence (part, data) values ($1, $2)
on conflict (part) do update set data = excluded.data
