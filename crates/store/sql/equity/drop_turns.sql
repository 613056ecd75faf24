delete from equity_turn where day > $1
