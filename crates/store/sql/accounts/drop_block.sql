delete from account_block where block = $1
