-- One row per statement, the earliest first; money in minor units.
select day, opened_on, is_closed, published_at, models, discount_rate, sales, newest_link, opening, closing, expected_closing,
  base_closing, surprises_squared, expected_margin, realised_margin, customers_opening, customers_closing,
  customers_acquired
from equity_month
order by day
