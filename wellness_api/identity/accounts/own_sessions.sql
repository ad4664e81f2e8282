-- The sessions of a person that are not over, at most :sessions_max: first the one that asks, then the latest used.
SELECT session_id, device, opened_at, last_used_at, expires_at, token_digest = :token_digest AS is_this
FROM identity.session
WHERE principal_id = :principal_id AND expires_at > :now
ORDER BY token_digest = :token_digest DESC, last_used_at DESC, session_id DESC
LIMIT :sessions_max
