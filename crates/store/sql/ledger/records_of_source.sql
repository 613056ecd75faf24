-- Every record of a source with what stands about it.
select id, key, described_by, described_at, description from record where source_id = $1
