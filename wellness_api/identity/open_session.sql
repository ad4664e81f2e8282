-- Uses the code up by one and opens a session for the one it was printed for; no row when the code is not good.
WITH used AS (
    UPDATE identity.sign_in_code
    SET uses_left = uses_left - 1
    WHERE code_digest = $1 AND uses_left > 0 AND expires_at > $3::timestamptz
    RETURNING principal_id
), opened AS (
    INSERT INTO identity.session (token_digest, principal_id, expires_at)
    SELECT $2, principal_id, $4 FROM used
)
SELECT principal.principal_id, role, display_name, zone, time_zone
FROM used
JOIN identity.principal USING (principal_id)
LEFT JOIN identity.resident ON resident_id = principal_id
