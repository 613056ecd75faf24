-- By name; $1 is one person's number or 0, $2 an e-mail address or null.
select id, name, email, role, owner_name, password_hash, created_at, disabled_at from staff
where ($1 = 0 or id = $1) and (cast($2 as text) is null or email = $2)
order by name, id
