-- Moves the counter of one kind of row on by $2 and gives where it now stands; numbers begin at 1.
insert into id_block (name, next) values ($1, 1 + $2)
on conflict (name) do update set next = id_block.next + $2
returning next
