insert into catalogue_version (id, made_at, made_by, origin, note, content) values ($1, $2, $3, $4, $5, $6)
