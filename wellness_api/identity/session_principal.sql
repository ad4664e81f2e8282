SELECT principal.principal_id, role, display_name, zone, time_zone
FROM identity.session
JOIN identity.principal USING (principal_id)
LEFT JOIN identity.resident ON resident_id = principal_id
WHERE token_digest = $1 AND expires_at > $2::timestamptz
