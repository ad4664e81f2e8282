-- The values of these residents' days for a version of a programme. They come from the summaries, except where the
-- version leaves out what came after its late window or what it does not trust. No value: nothing counts.
SELECT day_value.*
FROM unnest(:resident_ids::bigint[]) AS asked (resident_id), LATERAL (
    SELECT resident_id, day, figure, CASE WHEN in_time.is_stated THEN in_time.value ELSE summary.value END AS value
    FROM (
        SELECT resident_id, day, figure, value
        FROM health.day_summary
        WHERE resident_id = asked.resident_id AND day BETWEEN :first_day AND :last_day AND figure = ANY (:figures::smallint[])
    ) AS summary
    FULL JOIN (
        SELECT resident_id, day, figure, value, true AS is_stated
        FROM rewards.day_in_time
        WHERE resident_id = asked.resident_id AND programme = :programme AND version = :version AND day BETWEEN :first_day AND :last_day
            AND figure = ANY (:figures::smallint[])
    ) AS in_time USING (resident_id, day, figure)
    OFFSET 0 -- One look-up for each resident, even while the planner has no statistics.
) AS day_value
