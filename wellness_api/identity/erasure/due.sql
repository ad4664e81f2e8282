-- The residents whose erasure is due, the longest first. Erasures that failed wait until they are tried again, and nobody
-- waits for them.
SELECT resident_id
FROM identity.erasure_request
WHERE identity.erasure_is_due(erasure_request, $1)
    AND NOT EXISTS (
        SELECT FROM work.set_aside
        WHERE set_aside.resident_id = erasure_request.resident_id AND kind = 'erasure' AND retry_at > $1)
ORDER BY due_at
LIMIT $2
