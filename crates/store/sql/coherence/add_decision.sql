insert into worklist_decision (id, customer_id, decision, note, reason, value_level, investment_level, gap, decided_at,
  decided_by)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
