-- The first $2 places of the worklist whose reason is $1, by place.
select place from incoherence where reason = $1 order by place limit $2
