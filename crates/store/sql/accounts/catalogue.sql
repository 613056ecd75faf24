-- The catalogue that stands.
select catalogue_version.id, catalogue_version.made_at, catalogue_version.made_by, staff.name, catalogue_version.origin,
  catalogue_version.note, catalogue_version.content
from catalogue_version left join staff on staff.id = catalogue_version.made_by
order by catalogue_version.id desc
limit 1
