select session.staff_id, session.created_at, session.seen_at, session.expires_at
from session join staff on staff.id = session.staff_id
where session.token_hash = $1 and session.expires_at > $2 and staff.disabled_at is null
