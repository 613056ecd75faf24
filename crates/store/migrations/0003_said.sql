-- What is wrong with a rejected row, as words and values: the page and the file of rejected rows say it in the
-- reader's language. JSON; null on rows rejected before this was kept, which show `cause` and `remedy`.
alter table rejection add column said text;
