-- What was decided about customer $1, the newest first.
select worklist_decision.id, worklist_decision.customer_id, worklist_decision.decision, worklist_decision.note,
  worklist_decision.reason, worklist_decision.value_level, worklist_decision.investment_level, worklist_decision.gap,
  worklist_decision.decided_at, staff.name
from worklist_decision left join staff on staff.id = worklist_decision.decided_by
where worklist_decision.customer_id = $1
order by worklist_decision.id desc
