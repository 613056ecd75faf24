select rule, evidence, learned_at from link where record_id = $1 order by id desc limit 1
