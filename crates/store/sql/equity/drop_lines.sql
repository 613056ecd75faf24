delete from equity_line where day > $1
