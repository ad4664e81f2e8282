-- The lock by which workers share residents out, for each of the given ones: waits for those who have one in hand, always
-- in the same order, so that two who turn the day do not wait for each other.
SELECT pg_advisory_xact_lock($2::integer, hash)
FROM (
    SELECT DISTINCT hashint8(resident_id) AS hash
    FROM unnest($1::bigint[]) AS asked (resident_id)
    ORDER BY hash
    OFFSET 0
) AS lock
