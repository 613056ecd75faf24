delete from month_end where measure = 'equity' and day > $1
