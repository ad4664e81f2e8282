-- What is known of the records whose keys lie between the given ones: of those for which the marks of segments stand.
WITH asking AS (
    SELECT set_config('wellness.resident_id', $1::bigint::text, true)::bigint AS resident_id
)
SELECT stored.*
FROM asking, unnest($2::uuid[], $3::uuid[]) AS marked (first_record, last_record), LATERAL (
    SELECT record, revision, source, places, times
    FROM health.record
    WHERE resident_id = asking.resident_id AND record BETWEEN marked.first_record AND marked.last_record
    OFFSET 0 -- Keeps the planner from reading the table before the context is set.
) AS stored
