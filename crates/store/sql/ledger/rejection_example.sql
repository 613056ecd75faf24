select cause, remedy, said from rejection where import_id = $1 and row_number = $2
