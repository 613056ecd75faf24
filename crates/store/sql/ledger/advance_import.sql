-- Moves an import's checkpoint and counts to where its session stands.
update import set rows_done = $2, created = $3, updated = $4, unchanged = $5, duplicate = $6, invalid = $7,
  without_customer = $8, returns = $9,
  first_fact = coalesce(first_fact, $10), last_fact = coalesce($11, last_fact)
where id = $1
