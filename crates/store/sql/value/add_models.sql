insert into model_version (id, fitted_at, until_day, horizon, currency, newest_fact, model, models, comparison)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
