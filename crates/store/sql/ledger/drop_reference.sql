delete from fact_reference where source_id = $1 and kind = $2 and reference = $3 and fact_id = $4
