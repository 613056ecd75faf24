insert into fact_reference (source_id, kind, reference, fact_id) values ($1, $2, $3, $4)
on conflict (source_id, kind, reference) do update set fact_id = excluded.fact_id
