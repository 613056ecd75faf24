-- Sale lines from number $1 to number $2 whose margin is assumed, withdrawn ones too: number, record, detail and moment. A description
-- that names the mark has its quotes escaped.
select id, record_id, detail, happened_at
from fact
where id between $1 and $2 and kind = 1 and detail like '%"assumed_margin":%'
