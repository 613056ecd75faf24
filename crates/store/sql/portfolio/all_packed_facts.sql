-- Every packed row group of facts, kind by kind.
select kind, numbers, words from fact_column
