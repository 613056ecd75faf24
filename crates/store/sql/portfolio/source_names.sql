select id, name from source
