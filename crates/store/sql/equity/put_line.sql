insert into equity_line (day, line, amount, customers, data) values ($1, $2, $3, $4, $5)
