-- The living records of the given sources that have samples between two days, in the order in which they came.
WITH asking AS (
    SELECT set_config('wellness.resident_id', :resident_id::bigint::text, true)::bigint AS resident_id
)
SELECT stored.*
FROM asking, LATERAL (
    SELECT record, sequence, source, times, values
    FROM health.record
    WHERE resident_id = asking.resident_id AND last_day >= :first_day AND first_day <= :last_day AND source = ANY (:sources::text[])
        AND times <> ''
    OFFSET 0 -- Keeps the planner from reading the table before the context is set.
) AS stored
ORDER BY sequence
