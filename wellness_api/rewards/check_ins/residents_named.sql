-- The enrolled residents that the entries name, by card or by number. A card is looked up in the form in which people
-- type its number, and then exactly as the list has it.
SELECT item, resident.resident_id, time_zone
FROM unnest(:items::integer[], :typed_digests::bytea[], :listed_digests::bytea[], :numbers::bigint[]) AS named (item, typed_digest, listed_digest, number)
LEFT JOIN LATERAL (
    SELECT card.resident_id
    FROM identity.card
    WHERE card_digest IN (named.typed_digest, named.listed_digest)
    ORDER BY card_digest = named.typed_digest DESC
    LIMIT 1
) AS card ON true
JOIN identity.resident ON resident.resident_id = coalesce(card.resident_id, number)
