-- Counts one more try of a code in this hour, before anybody checks whether the code is right. Tries that come in at once
-- wait for each other, so all of them count.
WITH asking AS (
    SELECT set_config('wellness.resident_id', $1::bigint::text, true)::bigint AS resident_id
)
INSERT INTO identity.code_tries (resident_id, kind, hour, tries)
SELECT resident_id, $2, date_trunc('hour', $3::timestamptz), 1 FROM asking
ON CONFLICT (resident_id, kind) DO UPDATE
SET hour = excluded.hour, tries = CASE WHEN code_tries.hour = excluded.hour THEN code_tries.tries + 1 ELSE 1 END
RETURNING tries
