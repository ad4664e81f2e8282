-- The days of the given residents that have samples or transfers. Not those of which samples are gone, and not those
-- that wait for the worker: what the ledger says of them is not final.
SELECT known.resident_id, known.day, resident.time_zone, resident.birth_year
FROM (
    SELECT resident_id, day FROM health.segment WHERE resident_id = ANY ($1::bigint[])
    UNION
    SELECT resident_id, period_start FROM rewards.transfer WHERE resident_id = ANY ($1::bigint[])
) AS known
JOIN identity.resident USING (resident_id)
WHERE known.day >= (SELECT first_day FROM health.retention)
    AND NOT EXISTS (
        SELECT FROM health.pending_day
        WHERE pending_day.resident_id = known.resident_id AND pending_day.day = known.day)
ORDER BY known.resident_id, known.day
