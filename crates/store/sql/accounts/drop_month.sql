delete from account_month where month = $1
