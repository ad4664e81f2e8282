-- Keeps what was answered, for whoever asks again. As an insert, since an update would look for the row before the context is set.
WITH asking AS (
    SELECT set_config('wellness.resident_id', $1::bigint::text, true)::bigint AS principal_id
)
INSERT INTO work.request AS request (principal_id, key_digest, asked, began_at, status, answer, media_type)
SELECT principal_id, $2::bytea, $3::bytea, $4::timestamptz, $5::smallint, $6::bytea, $7::text FROM asking
ON CONFLICT (principal_id, key_digest) DO UPDATE
SET status = excluded.status, answer = excluded.answer, media_type = excluded.media_type
