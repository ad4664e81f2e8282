-- The holder of the card, as stations see it: first by the digest of the number as people type it ($1), then by that of
-- the number as it was first entered ($2).
SELECT resident_id
FROM identity.card
WHERE card_digest IN ($1, $2)
ORDER BY card_digest = $1 DESC
LIMIT 1
