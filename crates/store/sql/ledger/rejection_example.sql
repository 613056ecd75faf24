select cause, remedy from rejection where import_id = $1 and row_number = $2
