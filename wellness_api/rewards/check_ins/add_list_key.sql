-- What was asked under the key the first time; null when that is now.
WITH added AS (
    INSERT INTO identity.list_key (staff_id, idempotency_key, asked, asked_at)
    VALUES ($1::bigint, $2::uuid, $3::uuid, $4::timestamptz)
    ON CONFLICT (staff_id, idempotency_key) DO NOTHING
    RETURNING 1
)
SELECT asked FROM identity.list_key
WHERE staff_id = $1 AND idempotency_key = $2 AND NOT EXISTS (SELECT FROM added)
