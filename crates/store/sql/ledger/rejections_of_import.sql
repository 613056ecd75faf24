select row_number, column_name, code, cause, remedy, cells, said from rejection where import_id = $1 order by row_number
