select count(*) from import
where invalid <> (select count(*) from rejection where rejection.import_id = import.id)
