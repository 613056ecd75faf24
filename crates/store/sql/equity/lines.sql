-- One row per statement and line: its amount in minor units and how many customers have a part in it.
select day, line, amount, customers from equity_line order by day, line
