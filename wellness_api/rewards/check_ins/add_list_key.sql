-- The digest of the first request under the key; null when this request is the first.
WITH added AS (
    INSERT INTO identity.list_key (staff_id, idempotency_key, asked, asked_at)
    VALUES (:staff_id::bigint, :key::uuid, :asked::uuid, :now::timestamptz)
    ON CONFLICT (staff_id, idempotency_key) DO NOTHING
    RETURNING 1
)
SELECT asked FROM identity.list_key
WHERE staff_id = :staff_id AND idempotency_key = :key AND NOT EXISTS (SELECT FROM added)
