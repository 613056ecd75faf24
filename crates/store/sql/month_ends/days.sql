select day from month_end where measure = $1 order by day
