-- One fit by its number.
select id, fitted_at, until_day, horizon, currency, newest_fact, model, models, comparison
from model_version
where id = $1
