-- Imports whose rows read are not what became of them.
select count(*) from import where rows_done <> created + updated + unchanged + duplicate + invalid
