-- What a running job has to remember if it is interrupted.
update job set result = $2 where id = $1
