-- What a base of the first schema holds after one import of one sale; it follows `migrations/0001_house.sql`.
create table clientela_schema (version bigint primary key);
insert into clientela_schema (version) values (1);
insert into id_block (name, next) values ('source', 2), ('import', 2), ('record', 2), ('fact', 2);
insert into source (id, name, created_at) values (1, 'shop', 1780000000);
insert into import (id, source_id, file_name, file_hash, kind, mapping, started_at, finished_at, first_fact, last_fact,
  header, rows_done, created, updated, unchanged, duplicate, invalid, without_customer, returns)
values (1, 1, 'orders.csv', 'hash', 'sales', '', 1780000000, 1780000001, 1, 1, '[]', 1, 1, 0, 0, 0, 0, 0, 0);
insert into record (id, source_id, key) values (1, 1, 'C1');
insert into fact (id, record_id, kind, happened_at, learned_at, import_id, fingerprint, amount, currency, is_return)
values (1, 1, 1, 1770000000, 1780000000, 1, 42, 1250, 'EUR', 0);
