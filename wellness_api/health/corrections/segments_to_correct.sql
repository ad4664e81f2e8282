-- All that a resident's days hold of a metric and a source, or of all (null).
WITH asking AS (
    SELECT set_config('wellness.resident_id', :resident_id::bigint::text, true)::bigint AS resident_id
)
SELECT stored.*
FROM asking, LATERAL (
    SELECT day, metric, source, sequence, revision, time_first, time_last, times, values
    FROM health.segment
    WHERE resident_id = asking.resident_id AND day = ANY (:days::date[])
        AND (:metric::smallint IS NULL OR metric = :metric) AND (:source::text IS NULL OR source = :source)
    OFFSET 0 -- Keeps the planner from reading the table before the context is set.
) AS stored
