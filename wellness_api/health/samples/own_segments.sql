-- A resident's segments over local days, of the given metrics and source or of all (null).
WITH asking AS (
    SELECT set_config('wellness.resident_id', $1::bigint::text, true)::bigint AS resident_id
)
SELECT stored.*
FROM asking, LATERAL (
    SELECT day, metric, source, sequence, revision, time_first, time_last, times, values
    FROM health.segment
    WHERE resident_id = asking.resident_id AND day BETWEEN $2 AND $3
        AND ($4::smallint[] IS NULL OR metric = ANY ($4))
        AND ($5::text IS NULL OR source = $5)
    OFFSET 0 -- Keeps the planner from reading the table before the context is set.
) AS stored
ORDER BY day
