-- The months of the accounts from $1 up to and without $2.
select month, until_day, closed_at, content from account_month where month >= $1 and month < $2 order by month
