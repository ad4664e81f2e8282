-- The segments of the given (resident, day) pairs, and those of other days from which shifts have moved samples into these: all, or
-- those of the given metrics; no more than :segments_max (null: all). In each row `pair_day` is the day that it is read for. Behind them
-- for each resident with corrections one row of no segment (its day is null) that has them all: in each row they would cost
-- corrections times segments.
WITH asked AS MATERIALIZED (
    SELECT * FROM unnest(:resident_ids::bigint[], :days::date[]) AS asked (resident_id, day)
), own AS MATERIALIZED (
    SELECT resident.resident_id, json_agg(correction)::text AS corrections,
        count(*) FILTER (WHERE correction.kind = 'shift') AS shifts
    FROM (SELECT DISTINCT resident_id FROM asked) AS resident, LATERAL (
        SELECT kind, source, metric, from_ms, until_ms, by_ms, (extract(epoch FROM asked_at) * 1000)::bigint AS asked_ms, sequence
        FROM health.correction
        WHERE resident_id = resident.resident_id
        OFFSET 0 -- A look-up for each resident, also while the planner has no statistics yet.
    ) AS correction
    GROUP BY resident.resident_id
), pair AS MATERIALIZED (
    SELECT resident_id, day, coalesce(own.shifts, 0) AS shifts
    FROM asked
    LEFT JOIN own USING (resident_id)
)
(
SELECT stored.*, NULL::text AS corrections
FROM pair, LATERAL (
    SELECT pair.day AS pair_day, resident_id, day, metric, source, sequence, revision, received_at, time_first,
        time_last, times, lengths, values, records, changed, origin
    FROM health.segment
    WHERE resident_id = pair.resident_id AND day = pair.day AND (:metrics::smallint[] IS NULL OR metric = ANY (:metrics))
    OFFSET 0
) AS stored
UNION ALL
SELECT moved.*, NULL AS corrections
FROM pair, LATERAL (
    SELECT DISTINCT ON (segment.day, segment.metric, segment.source, segment.sequence)
        pair.day AS pair_day, segment.resident_id, segment.day, segment.metric, segment.source,
        segment.sequence, segment.revision, segment.received_at, time_first, time_last, times, lengths, values, records, changed, origin
    FROM health.correction
    JOIN health.segment ON segment.resident_id = pair.resident_id AND segment.source = correction.source
        -- One more day on each side for the time zone, and one more before for records that reach over midnight.
        AND segment.day BETWEEN (to_timestamp(correction.from_ms / 1000.0) AT TIME ZONE 'UTC')::date - 2
            AND (to_timestamp(correction.until_ms / 1000.0) AT TIME ZONE 'UTC')::date + 1
        -- A second shift may move on what a first shift moved.
        AND (pair.shifts > 1 OR segment.day BETWEEN pair.day - ceil(by_ms / 86400000.0)::integer - 2
            AND pair.day - floor(by_ms / 86400000.0)::integer + 1)
    WHERE pair.shifts > 0 AND correction.resident_id = pair.resident_id AND kind = 'shift' AND segment.day <> pair.day
        AND (:metrics::smallint[] IS NULL OR segment.metric = ANY (:metrics))
    OFFSET 0
) AS moved
LIMIT :segments_max
)
UNION ALL
SELECT NULL, resident_id, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, corrections
FROM own
