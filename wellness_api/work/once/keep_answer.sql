-- Keeps the answer for a client that asks again. It is an insert, because an update would look for the row before the
-- context is set.
WITH asking AS (
    SELECT set_config('wellness.resident_id', :principal_id::bigint::text, true)::bigint AS principal_id
)
INSERT INTO work.request AS request (principal_id, key_digest, asked, began_at, status, answer, media_type)
SELECT principal_id, :key_digest::bytea, :asked::bytea, :now::timestamptz, :status::smallint, :answer::bytea, :media_type::text FROM asking
ON CONFLICT (principal_id, key_digest) DO UPDATE
SET status = excluded.status, answer = excluded.answer, media_type = excluded.media_type
