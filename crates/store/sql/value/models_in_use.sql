-- The models that were adopted last.
select id, fitted_at, until_day, horizon, currency, newest_fact, model, models, comparison
from model_version
where adopted_at is not null
order by adopted_at desc, id desc
limit 1
