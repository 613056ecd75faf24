insert into equity_note (name, content) values ($1, $2)
on conflict (name) do update set content = excluded.content
