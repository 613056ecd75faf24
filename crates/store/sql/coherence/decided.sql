-- Cases whose last decision holds: the levels are those it was made at, and what was put off is not due. By place, with
-- the money at stake and the reason; what was put off before $1 is due.
select incoherence.place,
  abs(case when incoherence.investment > 0 then incoherence.investment else 0 end - incoherence.coherent_investment),
  incoherence.reason
from (select max(id) as id from worklist_decision group by customer_id) last
join worklist_decision on worklist_decision.id = last.id
join incoherence on incoherence.customer_id = worklist_decision.customer_id
where incoherence.value_level = worklist_decision.value_level
  and incoherence.investment_level = worklist_decision.investment_level
  and (worklist_decision.decision <> 'later' or worklist_decision.decided_at > $1)
order by incoherence.place
