delete from retracted where fact_id = $1
