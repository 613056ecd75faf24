-- The newest fit, whatever became of it.
select id, fitted_at, until_day, horizon, currency, newest_fact, model, models, comparison
from model_version
order by id desc
limit 1
