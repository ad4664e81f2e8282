-- The points that awards put into these residents' wallets, by the last day on which they are good, and how many of
-- them lapsed.
SELECT lot.resident_id, lot.expires_on, lot.credited, lot.lapsed
FROM unnest($1::bigint[]) AS asked (resident_id), LATERAL (
    SELECT resident_id, expires_on, credited, lapsed
    FROM rewards.expiring_points
    WHERE resident_id = asked.resident_id
    OFFSET 0 -- One look-up for each resident, even while the planner has no statistics.
) AS lot
