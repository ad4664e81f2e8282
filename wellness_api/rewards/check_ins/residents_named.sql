-- Who the entries name, by card or by number; of those who are enrolled. A card is looked for as people type its number, and
-- then as it was given.
SELECT item, resident.resident_id, time_zone
FROM unnest(:items::integer[], :typed_digests::bytea[], :given_digests::bytea[], :numbers::bigint[]) AS named (item, typed, given, number)
LEFT JOIN LATERAL (
    SELECT card.resident_id
    FROM identity.card
    WHERE card_digest IN (named.typed, named.given)
    ORDER BY card_digest = named.typed DESC
    LIMIT 1
) AS card ON true
JOIN identity.resident ON resident.resident_id = coalesce(card.resident_id, number)
