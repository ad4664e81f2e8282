-- The first and last day on which the asking resident has segments of the source.
WITH asking AS (
    SELECT set_config('wellness.resident_id', $1::bigint::text, true)::bigint AS resident_id
)
SELECT found.*
FROM asking, LATERAL (
    SELECT min(day) AS first_day, max(day) AS last_day
    FROM health.segment
    WHERE resident_id = asking.resident_id AND source = $2
    OFFSET 0 -- Keeps the planner from reading the table before the context is set.
) AS found
