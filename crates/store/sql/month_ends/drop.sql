delete from month_end where day = $1 and measure = $2
