-- The segments of the given (day, metric, source) parts, to compare an upload with.
WITH asking AS (
    SELECT set_config('wellness.resident_id', $1::bigint::text, true)::bigint AS resident_id
)
SELECT stored.*
FROM asking, LATERAL (
    SELECT day, metric, source, sequence, revision, times, values
    FROM health.segment
    JOIN (SELECT DISTINCT * FROM unnest($2::date[], $3::smallint[], $4::text[])) AS part (day, metric, source)
        USING (day, metric, source)
    WHERE resident_id = asking.resident_id
    OFFSET 0 -- Keeps the planner from reading the table before the context is set.
) AS stored
