-- Takes a request on under its key, or says what became of it. A claim that is a minute old was broken off, and the next
-- request that asks the same takes it over. A claim that was given back goes to whatever request comes next. This
-- statement does not yet see a row that another one inserts at this moment: then there is no `asked`.
WITH asking AS (
    SELECT set_config('wellness.resident_id', :principal_id::bigint::text, true)::bigint AS principal_id
), claimed AS (
    INSERT INTO work.request AS request (principal_id, key_digest, asked, began_at)
    SELECT principal_id, :key_digest::bytea, :asked::bytea, :now::timestamptz FROM asking
    ON CONFLICT (principal_id, key_digest) DO UPDATE SET asked = excluded.asked, began_at = excluded.began_at
    WHERE request.status IS NULL AND request.asked IN (excluded.asked, '')
        AND request.began_at < excluded.began_at - interval '1 minute'
    RETURNING true
)
SELECT EXISTS (SELECT FROM claimed) AS is_mine, before.asked, before.status, before.answer, before.media_type
FROM asking
LEFT JOIN LATERAL (
    SELECT asked, status, answer, media_type
    FROM work.request
    WHERE request.principal_id = asking.principal_id AND key_digest = :key_digest
    OFFSET 0 -- Keeps the planner from reading the table before the context is set.
) AS before ON true
