-- The segments of other days from which shifts have moved samples into the given (resident, day) pairs: all, or those of the given
-- metrics; no more than :segments_max (null: all). In each row `pair_day` is the day that it is read for. A statement of its own, because
-- nearly nobody has shifts, and to plan it costs as much as to read a turn's segments.
WITH shift AS MATERIALIZED (
    SELECT own.*, count(*) OVER (PARTITION BY own.resident_id) AS shifts
    FROM (SELECT DISTINCT unnest(:resident_ids::bigint[]) AS resident_id) AS resident, LATERAL (
        SELECT resident_id, source, from_ms, until_ms, by_ms
        FROM health.correction
        WHERE resident_id = resident.resident_id AND kind = 'shift'
        OFFSET 0 -- A look-up for each resident, also while the planner has no statistics yet.
    ) AS own
)
SELECT moved.*
FROM unnest(:resident_ids::bigint[], :days::date[]) AS pair (resident_id, day), LATERAL (
    SELECT DISTINCT ON (segment.day, segment.metric, segment.source, segment.sequence)
        pair.day AS pair_day, segment.resident_id, segment.day, segment.metric, segment.source, segment.sequence, segment.revision,
        segment.received_at, time_first, time_last, times, lengths, values, records, changed, origin, NULL::text AS corrections
    FROM shift
    JOIN health.segment ON segment.resident_id = pair.resident_id AND segment.source = shift.source
        -- One more day on each side for the time zone, and one more for records that reach over midnight or were edited over it.
        AND segment.day BETWEEN (to_timestamp(shift.from_ms / 1000.0) AT TIME ZONE 'UTC')::date - 2
            AND (to_timestamp(shift.until_ms / 1000.0) AT TIME ZONE 'UTC')::date + 2
        -- A second shift may move on what a first shift moved. Whether a record was known before it was edited is looked up on the
        -- days beside.
        AND (shift.shifts > 1 OR segment.day BETWEEN pair.day - 1 AND pair.day + 1
            OR segment.day BETWEEN pair.day - ceil(by_ms / 86400000.0)::integer - 3
                AND pair.day - floor(by_ms / 86400000.0)::integer + 2)
    WHERE shift.resident_id = pair.resident_id AND segment.day <> pair.day
        AND (:metrics::smallint[] IS NULL OR segment.metric = ANY (:metrics))
    OFFSET 0
) AS moved
LIMIT :segments_max
