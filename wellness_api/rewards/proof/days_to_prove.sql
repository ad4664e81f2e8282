-- The days of the given residents that have samples, but those of which samples are gone.
SELECT segment.resident_id, segment.day, resident.time_zone, resident.birth_year
FROM (SELECT DISTINCT resident_id, day FROM health.segment WHERE resident_id = ANY ($1::bigint[])) AS segment
JOIN identity.resident USING (resident_id)
WHERE segment.day >= (SELECT first_day FROM health.retention)
ORDER BY segment.resident_id, segment.day
