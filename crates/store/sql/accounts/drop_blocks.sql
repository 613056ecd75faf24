-- Blocks from $1 on.
delete from account_block where block >= $1
