-- The sessions that are not over, the next one first.
SELECT class_id, name, opens_at, closes_at
FROM rewards.class_session
JOIN rewards.class USING (class_id)
WHERE closes_at > $1
ORDER BY opens_at, class_id
LIMIT $2
