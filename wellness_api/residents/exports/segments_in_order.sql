-- A resident's segments that reach into a span of time, over local days, of some metrics and a source or of all (null),
-- in the order of their first samples: who reads only the first of them needs no others.
WITH asking AS (
    SELECT set_config('wellness.resident_id', :resident_id::bigint::text, true)::bigint AS resident_id
)
SELECT stored.*
FROM asking, LATERAL (
    SELECT day, metric, source, sequence, revision, time_first, time_last, times, values,
        (day - DATE '1970-01-01')::bigint * 86400000 AS midnight_ms
    FROM health.segment
    WHERE resident_id = asking.resident_id AND day BETWEEN :first_day AND :last_day
        AND metric = ANY (:metrics::smallint[])
        AND (:source::text IS NULL OR source = :source)
    OFFSET 0 -- Keeps the planner from reading the table before the context is set.
) AS stored
WHERE midnight_ms + time_last >= :start_ms AND midnight_ms + time_first < :end_ms
ORDER BY midnight_ms + time_first
