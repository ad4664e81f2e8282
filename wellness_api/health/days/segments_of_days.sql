-- The segments of the given (resident, day) pairs: all, or those of the given metrics; no more than :segments_max (null: all). Behind
-- them for each resident with corrections one row of no segment (its day is null) that has them all: in each row they would cost
-- corrections times segments.
WITH own AS MATERIALIZED (
    SELECT resident.resident_id, json_agg(correction)::text AS corrections
    FROM (SELECT DISTINCT unnest(:resident_ids::bigint[]) AS resident_id) AS resident, LATERAL (
        SELECT kind, source, metric, from_ms, until_ms, by_ms, (extract(epoch FROM asked_at) * 1000)::bigint AS asked_ms, sequence
        FROM health.correction
        WHERE resident_id = resident.resident_id
        OFFSET 0 -- A look-up for each resident, also while the planner has no statistics yet.
    ) AS correction
    GROUP BY resident.resident_id
)
(
SELECT stored.*, NULL::text AS corrections
FROM unnest(:resident_ids::bigint[], :days::date[]) AS pair (resident_id, day), LATERAL (
    SELECT resident_id, day, metric, source, sequence, revision, received_at, time_first, time_last, times, lengths, values, records,
        changed, origin
    FROM health.segment
    WHERE resident_id = pair.resident_id AND day = pair.day AND (:metrics::smallint[] IS NULL OR metric = ANY (:metrics))
    OFFSET 0
) AS stored
LIMIT :segments_max
)
UNION ALL
SELECT resident_id, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, corrections
FROM own
