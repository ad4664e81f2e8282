-- Queues everybody's days with samples from $1 on, so that they are worked out anew. Days whose samples are gone stay
-- as they are. Returns how many it queued.
WITH queued AS (
    INSERT INTO health.pending_day (resident_id, day, sequence, received_at)
    SELECT resident_id, day, nextval('health.upload_sequence'), $2
    FROM (
        SELECT resident_id, day
        FROM health.segment
        WHERE day >= greatest($1, (SELECT first_day FROM health.retention))
        UNION
        SELECT resident_id, day
        FROM (SELECT DISTINCT resident_id FROM health.correction WHERE kind = 'shift') AS moving,
            health.days_with_moved_samples(resident_id, NULL, NULL) AS day
        WHERE day >= greatest($1, (SELECT first_day FROM health.retention))
    ) AS with_samples
    JOIN identity.resident USING (resident_id)
    RETURNING resident_id
)
SELECT count(*) FROM queued
