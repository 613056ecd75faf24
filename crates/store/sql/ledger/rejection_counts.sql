-- One row per cause of rejection: how many, and the first row that shows it.
select rejection.code, count(*) as rows_counted, min(rejection.row_number) as first_row
from rejection where rejection.import_id = $1
group by rejection.code
order by rows_counted desc, rejection.code
