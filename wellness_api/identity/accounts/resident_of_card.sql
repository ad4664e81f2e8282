-- The holder by the digest of the number as people type it ($1), or, for older cards, of the number as it was first
-- entered ($2).
SELECT resident_id, time_zone
FROM identity.card
JOIN identity.resident USING (resident_id)
WHERE card_digest IN ($1, $2)
ORDER BY card_digest = $1 DESC
LIMIT 1
