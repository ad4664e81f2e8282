-- Queues days again that were set aside: days that staff released, or days whose time to be tried again has come. A fold
-- is tried again together with its day.
WITH due AS (
    UPDATE work.set_aside SET retry_at = NULL
    WHERE kind IN ('day', 'fold') AND retry_at <= $1
    RETURNING resident_id, left(item, 10)::date AS day
)
INSERT INTO health.pending_day (resident_id, day, sequence, received_at)
SELECT resident_id, day, nextval('health.upload_sequence'), $1
FROM (SELECT DISTINCT resident_id, day FROM due) AS day
JOIN identity.resident USING (resident_id)
