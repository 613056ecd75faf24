insert into list_column (field, part, change, data) values ($1, $2, $3, $4)
on conflict (field, part) do update set change = excluded.change, data = excluded.data
