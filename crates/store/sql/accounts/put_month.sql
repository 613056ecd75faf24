insert into account_month (month, until_day, closed_at, content) values ($1, $2, $3, $4)
on conflict (month) do update set until_day = excluded.until_day, closed_at = excluded.closed_at, content = excluded.content
