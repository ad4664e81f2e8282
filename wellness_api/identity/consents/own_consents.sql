-- What the asking resident said last to each purpose.
WITH asking AS (
    SELECT set_config('wellness.resident_id', $1::bigint::text, true)::bigint AS resident_id
)
SELECT last_word.*
FROM asking, LATERAL (
    SELECT DISTINCT ON (purpose) purpose, version, given, at
    FROM identity.consent
    WHERE resident_id = asking.resident_id
    ORDER BY purpose, consent_id DESC
    OFFSET 0 -- Keeps the planner from reading the table before the context is set.
) AS last_word
