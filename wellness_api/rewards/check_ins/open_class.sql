-- The class's session that is open at this moment.
SELECT name, secret, opens_at, closes_at
FROM rewards.class_session
JOIN rewards.class USING (class_id)
WHERE class_id = $1 AND opens_at <= $2 AND closes_at > $2
ORDER BY opens_at
LIMIT 1
