-- The upload that came with this idempotency key before, and its receipt.
WITH asking AS (
    SELECT set_config('wellness.resident_id', $1::bigint::text, true)::bigint AS resident_id
)
SELECT upload.*
FROM asking, LATERAL (
    SELECT sequence, received_at, content_digest, receipt
    FROM health.upload
    WHERE resident_id = asking.resident_id AND idempotency_key = $2::uuid
    OFFSET 0 -- Keeps the planner from reading the table before the context is set.
) AS upload
