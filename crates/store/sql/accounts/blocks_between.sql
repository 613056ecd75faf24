-- Statements of the customers of some blocks, those of $1 and $2 included.
select block, data from account_block where block between $1 and $2 order by block
