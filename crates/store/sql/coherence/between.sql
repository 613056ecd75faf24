-- Cases of the worklist from place $1 to place $2, by place.
select incoherence.place, incoherence.customer_id, coalesce(customer_text.name, ''), incoherence.reason,
  incoherence.value_level, incoherence.investment_level, incoherence.value, incoherence.investment,
  incoherence.coherent_investment
from incoherence left join customer_text on customer_text.id = incoherence.customer_id
where incoherence.place between $1 and $2
order by incoherence.place
