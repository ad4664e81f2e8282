SELECT resident_id, time_zone
FROM identity.card
JOIN identity.resident USING (resident_id)
WHERE card_digest = $1
