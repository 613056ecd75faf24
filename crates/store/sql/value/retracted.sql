select fact_id from retracted
