insert into staff (id, name, email, role, owner_name, password_hash, created_at)
values ($1, $2, $3, $4, $5, $6, $7)
on conflict (email) do nothing
