-- What awards put into the given residents' wallets by the last day on which it is good, and what of it lapsed.
SELECT lot.resident_id, lot.expires_on, lot.credited, lot.lapsed
FROM unnest($1::bigint[]) AS asked (resident_id), LATERAL (
    SELECT resident_id, expires_on, credited, lapsed
    FROM rewards.expiring_points
    WHERE resident_id = asked.resident_id
    OFFSET 0 -- A look-up for each resident, also while the planner has no statistics yet.
) AS lot
