-- Counts a change to customers, so that cached lists are read anew.
insert into setting (name, value) values ('change', '1')
on conflict (name) do update set value = cast(cast(setting.value as bigint) + 1 as text)
