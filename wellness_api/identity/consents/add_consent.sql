-- Adds what the asking resident says, unless it is what they said last. A resident who never consented has nothing to
-- withdraw. A consent holds for the whole day on which it is given, so that day is worked out anew.
WITH asking AS (
    SELECT set_config('wellness.resident_id', :resident_id::bigint::text, true)::bigint AS resident_id
), added AS (
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
    RETURNING resident_id, given
)
INSERT INTO health.pending_day (resident_id, day, sequence, received_at)
SELECT resident_id, at_home.day, nextval('health.upload_sequence'), :now
FROM added, LATERAL (
    SELECT (:now::timestamptz AT TIME ZONE time_zone)::date AS day
    FROM identity.resident
    WHERE resident.resident_id = added.resident_id
    OFFSET 0 -- Keeps the planner from reading the table before the resident is set.
) AS at_home
WHERE given
