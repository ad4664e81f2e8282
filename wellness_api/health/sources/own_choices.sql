-- What the asking resident chose.
WITH asking AS (
    SELECT set_config('wellness.resident_id', $1::bigint::text, true)::bigint AS resident_id
)
SELECT choice.*
FROM asking, LATERAL (
    SELECT metric, from_day, sources FROM health.source_order WHERE resident_id = asking.resident_id
    OFFSET 0 -- Keeps the planner from reading the table before the context is set.
) AS choice
