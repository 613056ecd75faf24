-- Statements of equity whose lines do not lead from their opening to their closing.
select count(*) from equity_month
where opening + (select coalesce(sum(amount), 0) from equity_line where equity_line.day = equity_month.day) <> closing
