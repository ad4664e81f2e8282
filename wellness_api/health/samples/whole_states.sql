-- The whole states that hold for the resident's samples.
WITH asking AS (
    SELECT set_config('wellness.resident_id', $1::bigint::text, true)::bigint AS resident_id
)
SELECT stored.*
FROM asking, LATERAL (
    SELECT metric, source, sequence, spans
    FROM health.whole_state
    WHERE resident_id = asking.resident_id
    OFFSET 0 -- Keeps the planner from reading the table before the context is set.
) AS stored
