-- Queues the days that programmes missed, for programmes that are no longer set aside.
WITH missed AS (
    DELETE FROM work.programme_day WHERE NOT EXISTS (
        SELECT FROM work.set_aside
        WHERE kind = 'programme' AND set_aside.item = programme_day.item AND retry_at IS NOT NULL)
    RETURNING resident_id, day
)
INSERT INTO health.pending_day (resident_id, day, sequence, received_at)
SELECT resident_id, day, nextval('health.upload_sequence'), $1
FROM (SELECT DISTINCT resident_id, day FROM missed) AS day
JOIN identity.resident USING (resident_id)
