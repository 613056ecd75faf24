-- Uses a token up; gives whom it signs in (0: nobody yet).
delete from one_time_token where token_hash = $1 and purpose = $2 and expires_at > $3
returning coalesce(staff_id, 0)
