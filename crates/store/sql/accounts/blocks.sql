select block, data from account_block order by block
