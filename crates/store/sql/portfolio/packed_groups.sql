-- How many row groups of facts are packed, from the first one on without a gap.
select coalesce(max(row_group) + 1, 0) from fact_column
