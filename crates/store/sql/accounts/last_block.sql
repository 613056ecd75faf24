-- The last block of statements; null without any.
select max(block) from account_block
