-- Days that were set aside and that are to be tried again: released, or their time has come. A fold is tried with its day.
WITH due AS (
    UPDATE work.set_aside SET retry_at = NULL
    WHERE kind IN ('day', 'fold') AND retry_at <= $1
    RETURNING resident_id, left(item, 10)::date AS day
)
INSERT INTO health.pending_day (resident_id, day, sequence, received_at)
SELECT resident_id, day, nextval('health.upload_sequence'), $1
FROM (SELECT DISTINCT resident_id, day FROM due) AS day
JOIN identity.resident USING (resident_id)
