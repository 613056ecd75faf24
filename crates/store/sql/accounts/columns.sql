select id, contribution, cost, invested from customer order by id
