-- A resident's segments of every metric since a day.
WITH asking AS (
    SELECT set_config('wellness.resident_id', $1::bigint::text, true)::bigint AS resident_id
)
SELECT stored.*
FROM asking, LATERAL (
    SELECT day, metric, source, sequence, revision, time_first, time_last, times, values
    FROM health.segment
    WHERE resident_id = asking.resident_id AND day >= $2
    OFFSET 0 -- Keeps the planner from reading the table before the context is set.
) AS stored
