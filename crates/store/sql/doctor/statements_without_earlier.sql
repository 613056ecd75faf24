-- Statements of equity, but for the first, that follow none.
select count(*) from equity_month
where day > (select min(day) from equity_month)
  and not exists (select 1 from equity_month before where before.day = equity_month.opened_on)
