-- Months are priced again one by one; a payment bears on each month in which it was late, so all of them are read.
create index fact_of_payment on fact (happened_at) where kind = 2;
