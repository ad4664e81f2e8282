-- Notes that sessions are in use ($1, when: $2), and moves their ends to $3, but never to an earlier time. It skips
-- sessions that another process is just noting, so nobody waits, and no two processes wait for each other.
UPDATE identity.session SET last_used_at = used_at, expires_at = greatest(expires_at, until)
FROM (
    SELECT token_digest, used_at, until
    FROM unnest($1::bytea[], $2::timestamptz[], $3::timestamptz[]) AS used (token_digest, used_at, until)
    JOIN identity.session USING (token_digest)
    FOR UPDATE OF session SKIP LOCKED
) AS free
WHERE session.token_digest = free.token_digest
