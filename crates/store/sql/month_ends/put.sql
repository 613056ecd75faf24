insert into month_end (day, measure, data) values ($1, $2, $3)
on conflict (day, measure) do update set data = excluded.data where month_end.data <> excluded.data
