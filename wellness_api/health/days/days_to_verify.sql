-- The days of the residents $1 that have a kept summary or samples. Days that wait for the worker or are set aside are
-- left out, because their summaries are still to come. Days of which samples are gone are left out too.
SELECT of_day.resident_id, of_day.day, resident.time_zone, resident.birth_year
FROM (
    SELECT resident_id, day FROM health.segment WHERE resident_id = ANY ($1::bigint[])
    UNION
    SELECT resident_id, day FROM health.day_summary WHERE resident_id = ANY ($1::bigint[])
) AS of_day
JOIN identity.resident USING (resident_id)
WHERE of_day.day >= (SELECT first_day FROM health.retention)
    AND NOT EXISTS (
        SELECT FROM health.pending_day AS pending
        WHERE pending.resident_id = of_day.resident_id AND pending.day = of_day.day)
    AND NOT EXISTS (
        SELECT FROM work.set_aside
        WHERE set_aside.resident_id = of_day.resident_id AND kind = 'day'
            AND set_aside.item = to_char(of_day.day, 'YYYY-MM-DD'))
ORDER BY of_day.resident_id, of_day.day
