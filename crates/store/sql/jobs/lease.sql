select holder, until from lease where name = $1
