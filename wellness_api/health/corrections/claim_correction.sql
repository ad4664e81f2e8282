-- The correction whose turn it is, but for those that are set aside, locked until the transaction ends: another worker takes
-- the next one, and an erasure waits.
SELECT correction.resident_id, correction_id, key, kind, asked, asked_at, sequence, day_done, state, time_zone
FROM health.correction
JOIN identity.resident USING (resident_id)
WHERE ended_at IS NULL AND NOT EXISTS (
    SELECT FROM work.set_aside
    WHERE set_aside.resident_id = correction.resident_id AND set_aside.kind = 'correction' AND item = correction_id::text
        AND (retry_at IS NULL OR retry_at > $1))
ORDER BY turn
LIMIT 1
FOR UPDATE OF correction SKIP LOCKED
