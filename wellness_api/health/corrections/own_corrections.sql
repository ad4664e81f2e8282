-- The asking resident's corrections, newest first: all, that of an id, or that of a request's key.
WITH asking AS (
    SELECT set_config('wellness.resident_id', :resident_id::bigint::text, true)::bigint AS resident_id
)
SELECT own.*
FROM asking, LATERAL (
    SELECT correction_id, kind, asked, asked_at, state, days, days_done, samples, ended_at, problem
    FROM health.correction
    WHERE resident_id = asking.resident_id
        AND (:correction_id::uuid IS NULL OR correction_id = :correction_id) AND (:key::uuid IS NULL OR key = :key)
    ORDER BY asked_at DESC, turn DESC
    LIMIT :corrections_max
    OFFSET 0 -- Keeps the planner from reading the table before the context is set.
) AS own
