-- The sources with samples of the asking resident since a day, by metric, with the first and last day of each; also the
-- names of halls and counters.
WITH asking AS (
    SELECT set_config('wellness.resident_id', $1::bigint::text, true)::bigint AS resident_id
)
SELECT own.*, venue.name AS venue
FROM asking, LATERAL (
    SELECT metric, source, min(day) AS first_day, max(day) AS last_day
    FROM health.segment
    WHERE resident_id = asking.resident_id AND day >= $2
        AND sequence > coalesce((
            SELECT deleted.sequence
            FROM health.deleted_source AS deleted
            WHERE deleted.resident_id = asking.resident_id AND deleted.source = segment.source
        ), 0)
    GROUP BY metric, source
    OFFSET 0 -- Keeps the planner from reading the table before the resident is set.
) AS own
LEFT JOIN health.venue USING (source)
ORDER BY metric, source
