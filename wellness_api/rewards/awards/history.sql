-- What the given residents' days come to for a version of a programme: the summaries, but for what came after its late window or
-- is not trusted. No value: nothing counts.
SELECT found.*
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
    OFFSET 0 -- A look-up for each resident, also while the planner has no statistics yet.
) AS found
