-- Every session that is open at this moment, so that its code may be typed now.
SELECT name, source, secret, opens_at
FROM rewards.class_session
JOIN rewards.class USING (class_id)
WHERE opens_at <= $1 AND closes_at > $1
ORDER BY opens_at
