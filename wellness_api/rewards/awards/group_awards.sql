-- What group rules gave these residents under a programme, for periods that reach into the days.
SELECT award.*
FROM unnest(:resident_ids::bigint[]) AS asked (resident_id), LATERAL (
    SELECT resident_id, period_start, period_end, rule, points, facts
    FROM rewards.group_award
    WHERE resident_id = asked.resident_id AND programme = :programme AND period_start <= :last_day AND period_end >= :first_day
    OFFSET 0 -- One look-up for each resident, even while the planner has no statistics.
) AS award
