insert into saved_view (id, staff_id, name, shared, is_default, query, created_at) values ($1, $2, $3, $4, $5, $6, $7)
