insert into account_block (block, data) values ($1, $2) on conflict (block) do update set data = excluded.data
