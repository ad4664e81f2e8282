-- The asking resident's corrections, newest first: all of them, or the one of a request's key.
WITH asking AS (
    SELECT set_config('wellness.resident_id', :resident_id::bigint::text, true)::bigint AS resident_id
)
SELECT own.*
FROM asking, LATERAL (
    SELECT correction_id, kind, source, metric, from_ms, until_ms, by_ms, asked_at
    FROM health.correction
    WHERE resident_id = asking.resident_id AND (:key::uuid IS NULL OR key = :key)
    ORDER BY sequence DESC
    LIMIT :corrections_max
    OFFSET 0 -- Keeps the planner from reading the table before the context is set.
) AS own
