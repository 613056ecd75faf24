-- What was computed beside becomes what stands.
update month_end set measure = 'equity' where measure = 'next_equity'
