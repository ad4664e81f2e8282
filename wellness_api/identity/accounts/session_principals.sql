-- Whose sessions the given tokens are of, until when, and when they were last noted to be used.
SELECT token_digest, expires_at, opened_at, last_used_at, principal.principal_id, role, display_name, zone, time_zone
FROM unnest($1::bytea[]) AS asked (token_digest)
JOIN identity.session USING (token_digest)
JOIN identity.principal USING (principal_id)
LEFT JOIN identity.resident ON resident_id = principal_id
