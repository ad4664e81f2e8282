-- A resident's segments over local days, of the given metrics and source or of all (null), and those of other days from which
-- shifts have moved samples into these. Behind them one row of no segment (its day is null) with all corrections of the resident that
-- may concern them, if there are any: in each row they would cost corrections times segments.
WITH asking AS (
    SELECT set_config('wellness.resident_id', :resident_id::bigint::text, true)::bigint AS resident_id
), correction AS MATERIALIZED (
    SELECT own.*
    FROM asking, LATERAL (
        SELECT kind, source, metric, from_ms, until_ms, by_ms, (extract(epoch FROM asked_at) * 1000)::bigint AS asked_ms, sequence
        FROM health.correction
        WHERE resident_id = asking.resident_id
            AND (:source::text IS NULL OR source IS NULL OR source = :source)
        OFFSET 0 -- Keeps the planner from reading the table before the context is set.
    ) AS own
)
SELECT stored.*, NULL::text AS corrections
FROM asking, LATERAL (
    SELECT day, metric, source, sequence, revision, received_at, time_first, time_last, times, lengths, values, records, changed,
        origin
    FROM health.segment
    WHERE resident_id = asking.resident_id AND day BETWEEN :first_day AND :last_day
        AND (:metrics::smallint[] IS NULL OR metric = ANY (:metrics))
        AND (:source::text IS NULL OR source = :source)
    OFFSET 0
) AS stored
UNION ALL
SELECT moved.*, NULL AS corrections
FROM asking, LATERAL (
    SELECT DISTINCT ON (segment.day, segment.metric, segment.source, segment.sequence)
        segment.day, segment.metric, segment.source, segment.sequence, segment.revision, segment.received_at, time_first, time_last,
        times, lengths, values, records, changed, origin
    FROM correction
    JOIN health.segment ON segment.resident_id = asking.resident_id AND segment.source = correction.source
        -- One more day on each side for the time zone, and one more for records that reach over midnight or were edited over it.
        AND segment.day BETWEEN (to_timestamp(correction.from_ms / 1000.0) AT TIME ZONE 'UTC')::date - 2
            AND (to_timestamp(correction.until_ms / 1000.0) AT TIME ZONE 'UTC')::date + 2
        -- A second shift may move on what a first shift moved. Whether a record was known before it was edited is looked up on the
        -- days beside.
        AND ((SELECT count(*) FROM correction AS shift WHERE shift.kind = 'shift') > 1
            OR segment.day BETWEEN :first_day - 1 AND :last_day + 1
            OR segment.day BETWEEN :first_day - ceil(by_ms / 86400000.0)::integer - 3
                AND :last_day - floor(by_ms / 86400000.0)::integer + 2)
    WHERE kind = 'shift' AND segment.day NOT BETWEEN :first_day AND :last_day
        AND (:metrics::smallint[] IS NULL OR segment.metric = ANY (:metrics))
    OFFSET 0
) AS moved
UNION ALL
SELECT NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, json_agg(correction)::text
FROM correction
HAVING count(*) > 0
ORDER BY day
