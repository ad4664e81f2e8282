-- Notes that sessions are in use ($1, at $2), and lets them go on to the given times ($3), never to earlier ones. Those that
-- another process is just noting are passed over: nobody waits, and no two wait for each other.
UPDATE identity.session SET last_used_at = used_at, expires_at = greatest(expires_at, until)
FROM (
    SELECT token_digest, used_at, until
    FROM unnest($1::bytea[], $2::timestamptz[], $3::timestamptz[]) AS used (token_digest, used_at, until)
    JOIN identity.session USING (token_digest)
    FOR UPDATE OF session SKIP LOCKED
) AS free
WHERE session.token_digest = free.token_digest
