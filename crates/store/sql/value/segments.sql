-- One row per described record of a customer, by number of the record: the customer and what the record says, of which the line
-- of business and the credit limit are read. Looking for the two words here takes longer than handing the rows over.
select customer_id, description
from record
where customer_id is not null and description is not null
order by id
