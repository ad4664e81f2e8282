-- Someone's sessions that go on, the latest used first, at most so many; the one that asks before all.
SELECT session_id, device, opened_at, last_used_at, expires_at, token_digest = $2 AS is_this
FROM identity.session
WHERE principal_id = $1 AND expires_at > $3
ORDER BY token_digest = $2 DESC, last_used_at DESC, session_id DESC
LIMIT $4
