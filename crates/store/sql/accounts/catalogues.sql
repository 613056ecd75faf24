-- Every version of the catalogue, newest first; $1 names one, 0 all.
select catalogue_version.id, catalogue_version.made_at, catalogue_version.made_by, staff.name, catalogue_version.origin,
  catalogue_version.note, catalogue_version.content
from catalogue_version left join staff on staff.id = catalogue_version.made_by
where $1 = 0 or catalogue_version.id = $1
order by catalogue_version.id desc
