-- The kept summaries of the days.
SELECT summary.*
FROM unnest($1::bigint[], $2::date[]) AS pair (resident_id, day), LATERAL (
    SELECT resident_id, day, figure, value, sample_count, measured_at
    FROM health.day_summary
    WHERE resident_id = pair.resident_id AND day = pair.day
    OFFSET 0 -- A look-up for each pair, also while the planner has no statistics yet.
) AS summary
