insert into valuation (id, valued_at, until_day, horizon_days, currency, model, summary)
values ($1, $2, $3, $4, $5, $6, $7)
