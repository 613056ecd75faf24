-- Statements of equity that do not open where the one before them closed.
select count(*) from equity_month
join equity_month before on before.day = equity_month.opened_on
where before.closing <> equity_month.opening
