-- The segments of the given (resident, day) pairs: all, or those of the given metrics; no more than :segments_max (null: all).
SELECT found.*
FROM unnest(:resident_ids::bigint[], :days::date[]) AS pair (resident_id, day), LATERAL (
    SELECT resident_id, day, metric, source, sequence, revision, received_at, time_first, time_last, times, values
    FROM health.segment
    WHERE resident_id = pair.resident_id AND day = pair.day AND (:metrics::smallint[] IS NULL OR metric = ANY (:metrics))
    OFFSET 0 -- A look-up for each pair, also while the planner has no statistics yet.
) AS found
LIMIT :segments_max
