select coalesce(max(id), 0) from level_rules
