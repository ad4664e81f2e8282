-- These residents' pending points, by the first day on which they are spendable and the last day on which they are
-- good.
SELECT pending_points.resident_id, pending_points.spendable_from, pending_points.expires_on, pending_points.points
FROM unnest($1::bigint[], $2::date[], $3::date[]) AS asked (resident_id, spendable_from, expires_on), LATERAL (
    SELECT resident_id, spendable_from, expires_on, points
    FROM rewards.pending_points
    WHERE resident_id = asked.resident_id
        AND spendable_from = asked.spendable_from AND expires_on = asked.expires_on
    OFFSET 0 -- One look-up for each resident, even while the planner has no statistics.
) AS pending_points
