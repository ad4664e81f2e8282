-- Adds what the asking resident says, unless it is what they said last. A resident who never consented has nothing to
-- withdraw.
WITH asking AS (
    SELECT set_config('wellness.resident_id', :resident_id::bigint::text, true)::bigint AS resident_id
)
INSERT INTO identity.consent (resident_id, purpose, version, given, at, channel)
SELECT asking.resident_id, :purpose, :version, :given, :now, 'phone'
FROM asking
LEFT JOIN LATERAL (
    SELECT version, given
    FROM identity.consent
    WHERE resident_id = asking.resident_id AND purpose = :purpose
    ORDER BY consent_id DESC
    LIMIT 1
) AS last_word ON true
WHERE CASE WHEN :given THEN (last_word.given, last_word.version) IS DISTINCT FROM (true, :version) ELSE last_word.given END
