-- The first month of the accounts and the first day after the last.
select min(month), max(until_day) from account_month
