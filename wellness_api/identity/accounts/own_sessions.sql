-- Someone's sessions that go on, the latest used first, at most so many; the one that asks before all.
SELECT session_id, device, opened_at, last_used_at, expires_at, token_digest = :token_digest AS is_this
FROM identity.session
WHERE principal_id = :principal_id AND expires_at > :now
ORDER BY token_digest = :token_digest DESC, last_used_at DESC, session_id DESC
LIMIT :sessions_max
