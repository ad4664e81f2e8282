-- Takes the lock by which workers share residents out, for each of these residents. It waits for workers who hold one
-- of these locks, and takes the locks always in the same order. So two workers who turn the day do not block each
-- other.
SELECT pg_advisory_xact_lock($2::integer, hash)
FROM (
    SELECT DISTINCT hashint8(resident_id) AS hash
    FROM unnest($1::bigint[]) AS asked (resident_id)
    ORDER BY hash
    OFFSET 0
) AS lock
