-- How often records of the asking resident were stored.
WITH asking AS (
    SELECT set_config('wellness.resident_id', $1::bigint::text, true)::bigint AS resident_id
)
SELECT last.turn
FROM asking, LATERAL (
    SELECT turn FROM health.record_turn
    WHERE resident_id = asking.resident_id
    OFFSET 0 -- Keeps the planner from reading the table before the context is set.
) AS last
