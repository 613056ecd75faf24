-- One row per reason of the worklist, by name: cases, and the money at stake in them in minor units.
select reason, count(*), cast(sum(abs(case when investment > 0 then investment else 0 end - coherent_investment)) as bigint)
from incoherence
group by reason
order by reason
