-- Queues the days of which something counts from the city's day $1 on, so that they are counted anew. Days that already
-- wait for the worker, and days whose samples are gone, are left out.
INSERT INTO health.pending_day (resident_id, day, sequence, received_at)
SELECT resident_id, day, nextval('health.upload_sequence'), $2
FROM (
    SELECT DISTINCT resident_id, day
    FROM rewards.day_in_time
    WHERE waits_until <= $1 AND day >= (SELECT first_day FROM health.retention)
) AS waited
JOIN identity.resident USING (resident_id)
WHERE NOT EXISTS (
    SELECT FROM health.pending_day AS queued
    WHERE queued.resident_id = waited.resident_id AND queued.day = waited.day)
