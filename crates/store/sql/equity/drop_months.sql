delete from equity_month where day > $1
