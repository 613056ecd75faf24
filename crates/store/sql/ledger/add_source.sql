insert into source (id, name, created_at) values ($1, $2, $3) on conflict (name) do nothing
