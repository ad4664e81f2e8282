-- The stored rows of the records.
WITH asking AS (
    SELECT set_config('wellness.resident_id', $1::bigint::text, true)::bigint AS resident_id
)
SELECT stored.*
FROM asking, unnest($2::uuid[]) AS named (record), LATERAL (
    SELECT record, revision, sequence, source, places, times
    FROM health.record
    WHERE resident_id = asking.resident_id AND record = named.record
    OFFSET 0 -- Keeps the planner from reading the table before the context is set.
) AS stored
