-- Writes down that the resident asked to be erased, and ends every session of theirs at once. From then on, no code opens
-- a session for them.
WITH asking AS (
    -- The insert hangs on this row, so the row-level security context is set before it.
    SELECT set_config('wellness.resident_id', $1::bigint::text, true) AS resident_id
), asked AS (
    INSERT INTO identity.erasure_request (resident_id, requested_at, due_at)
    SELECT resident_id::bigint, $2::timestamptz, $2::timestamptz FROM asking
    ON CONFLICT DO NOTHING
)
DELETE FROM identity.session WHERE principal_id = $1::bigint
