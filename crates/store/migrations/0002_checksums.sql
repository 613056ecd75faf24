-- What each migration said when it was applied, so that a base made by another build is told apart from ours.

alter table clientela_schema add column checksum text;
