-- By the digest of the number as people type it ($1); of cards given earlier, by that of the number as it was given.
SELECT resident_id, time_zone
FROM identity.card
JOIN identity.resident USING (resident_id)
WHERE card_digest IN ($1, $2)
ORDER BY card_digest = $1 DESC
LIMIT 1
