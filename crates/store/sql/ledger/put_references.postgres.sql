-- As put_reference, for a whole batch.
insert into fact_reference (source_id, kind, reference, fact_id)
select $1, asked.kind, asked.reference, asked.fact_id
from unnest($2::bigint[], $3::text[], $4::bigint[]) as asked (kind, reference, fact_id)
on conflict (source_id, kind, reference) do update set fact_id = excluded.fact_id
