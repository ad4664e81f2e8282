-- The days of these residents that have samples, or to which samples were moved, without days whose samples are gone.
SELECT stored.resident_id, stored.day, resident.time_zone, resident.birth_year
FROM (
    SELECT resident_id, day FROM health.segment WHERE resident_id = ANY ($1::bigint[])
    UNION
    SELECT resident_id, day FROM health.day_summary WHERE resident_id = ANY ($1::bigint[])
) AS stored
JOIN identity.resident USING (resident_id)
WHERE stored.day >= (SELECT first_day FROM health.retention)
ORDER BY stored.resident_id, stored.day
