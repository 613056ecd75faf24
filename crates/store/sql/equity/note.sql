select content from equity_note where name = $1
