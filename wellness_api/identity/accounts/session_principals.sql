-- The persons behind the tokens, until when their sessions last, and when their use was last noted.
SELECT token_digest, expires_at, opened_at, last_used_at, principal.principal_id, role, display_name, zone, time_zone,
    (enrolled_at AT TIME ZONE time_zone)::date AS joined_on
FROM unnest($1::bytea[]) AS asked (token_digest)
JOIN identity.session USING (token_digest)
JOIN identity.principal USING (principal_id)
LEFT JOIN identity.resident ON resident_id = principal_id
