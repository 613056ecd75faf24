-- The case of customer $1, if he is on the worklist.
select incoherence.place, incoherence.customer_id, coalesce(customer_text.name, ''), incoherence.reason,
  incoherence.value_level, incoherence.investment_level, incoherence.value, incoherence.investment,
  incoherence.coherent_investment
from incoherence left join customer_text on customer_text.id = incoherence.customer_id
where incoherence.customer_id = $1
