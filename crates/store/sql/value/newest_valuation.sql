select id, valued_at, until_day, horizon_days, currency, model, summary from valuation order by id desc limit 1
