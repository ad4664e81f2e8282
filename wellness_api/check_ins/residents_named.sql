-- Who the entries name, by card or by number; of those who are enrolled.
SELECT item, resident.resident_id, time_zone
FROM unnest($1::integer[], $2::bytea[], $3::bigint[]) AS named (item, card_digest, number)
LEFT JOIN identity.card USING (card_digest)
JOIN identity.resident ON resident.resident_id = coalesce(card.resident_id, number)
