-- The newest fit, where nobody decided about it yet.
select id, fitted_at, until_day, horizon, currency, newest_fact, model, models, comparison
from model_version
where id = (select max(id) from model_version) and adopted_at is null and dismissed_at is null
