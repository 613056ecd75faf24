select count(*) from staff
