-- The segments of the given (day, metric, source) parts that reach into the given times, to compare an upload with. Behind
-- them one row of no segment (its day is null) with all corrections of the resident, if there are any: in each row they would cost
-- corrections times segments.
WITH asking AS (
    SELECT set_config('wellness.resident_id', :resident_id::bigint::text, true)::bigint AS resident_id
), correction AS MATERIALIZED (
    SELECT own.*
    FROM asking, LATERAL (
        SELECT kind, source, metric, from_ms, until_ms, by_ms, (extract(epoch FROM asked_at) * 1000)::bigint AS asked_ms, sequence
        FROM health.correction
        WHERE resident_id = asking.resident_id
        OFFSET 0 -- Keeps the planner from reading the table before the context is set.
    ) AS own
)
SELECT stored.*, NULL::text AS corrections
FROM asking,
    unnest(:days::date[], :metrics::smallint[], :sources::text[], :firsts::integer[], :lasts::integer[])
        AS part (day, metric, source, time_first, time_last),
    LATERAL (
        SELECT day, metric, source, sequence, revision, time_first, time_last, times, lengths, values, records, changed, origin
        FROM health.segment
        WHERE resident_id = asking.resident_id AND day = part.day AND metric = part.metric AND source = part.source
            -- Of a record only its last segment says anything, wherever in the day this is.
            AND (records IS NOT NULL OR (time_first <= part.time_last AND time_last >= part.time_first))
        OFFSET 0
    ) AS stored
UNION ALL
SELECT NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, json_agg(correction)::text
FROM correction
HAVING count(*) > 0
