-- A resident's segments of the given metrics over local days, of one source ($5) or of all (null).
WITH asking AS (
    SELECT set_config('wellness.resident_id', $1::bigint::text, true)::bigint AS resident_id
)
SELECT stored.*
FROM asking, LATERAL (
    SELECT day, metric, source, sequence, revision, received_at, time_first, time_last, times, values
    FROM health.segment
    WHERE resident_id = asking.resident_id AND day BETWEEN $3 AND $4 AND metric = ANY ($2::smallint[])
        AND ($5::text IS NULL OR source = $5)
    OFFSET 0 -- Keeps the planner from reading the table before the context is set.
) AS stored
ORDER BY day
