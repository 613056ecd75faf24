insert into level_rules (id, decided_at, decided_by, rules) values ($1, $2, $3, $4)
