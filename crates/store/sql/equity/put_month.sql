insert into equity_month (day, opened_on, is_closed, published_at, models, discount_rate, sales, newest_link, opening, closing,
  expected_closing, base_closing, surprises_squared, expected_margin, realised_margin, customers_opening,
  customers_closing, customers_acquired)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
