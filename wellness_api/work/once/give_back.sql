-- Gives a claim back: a request that was refused, or failed, was not carried out, so the next request under its key may
-- take it. It is an insert, because an update would look for the row before the context is set.
WITH asking AS (
    SELECT set_config('wellness.resident_id', $1::bigint::text, true)::bigint AS principal_id
)
INSERT INTO work.request AS request (principal_id, key_digest, asked, began_at)
SELECT principal_id, $2::bytea, ''::bytea, '-infinity' FROM asking
ON CONFLICT (principal_id, key_digest) DO UPDATE SET asked = excluded.asked, began_at = excluded.began_at
WHERE request.status IS NULL
