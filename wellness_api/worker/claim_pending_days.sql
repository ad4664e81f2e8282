-- Takes the oldest pending days, for good if the transaction commits: up to $1 of those that somebody may look at, and at
-- least $3 of the backlog where there is one, with what room the former leave. Rows of a resident whom another
-- worker holds are left to that worker, so that one resident's days are never worked on twice at once. Closed days, of
-- which samples are gone, are left to housekeeping: worked out again they would come to less than they were.
WITH recent AS MATERIALIZED (
    SELECT resident_id, day, sequence
    FROM health.pending_day
    WHERE NOT is_backlog AND day >= (SELECT first_day FROM health.retention)
    ORDER BY sequence
    LIMIT $1::integer
    FOR UPDATE SKIP LOCKED
), backlog AS MATERIALIZED (
    SELECT resident_id, day, sequence
    FROM health.pending_day
    WHERE is_backlog AND day >= (SELECT first_day FROM health.retention)
    ORDER BY sequence
    LIMIT $1 + $3::integer - (SELECT count(*) FROM recent)
    FOR UPDATE SKIP LOCKED
), oldest AS MATERIALIZED (
    SELECT * FROM recent
    UNION ALL
    SELECT * FROM backlog
), held AS MATERIALIZED (
    -- Of the limited rows only: each lock takes room in a table that all transactions share.
    SELECT resident_id
    FROM (SELECT DISTINCT resident_id FROM oldest) AS resident
    WHERE pg_try_advisory_xact_lock($2::integer, hashint8(resident_id))
), claimed AS (
    DELETE FROM health.pending_day
    USING oldest JOIN held USING (resident_id)
    WHERE pending_day.resident_id = oldest.resident_id
        AND pending_day.day = oldest.day
        AND pending_day.sequence = oldest.sequence
    RETURNING pending_day.resident_id, pending_day.day, pending_day.sequence
), worked_out AS (
    -- A day that was set aside is so no longer, unless this turn fails too, and then nothing of this happened.
    DELETE FROM work.set_aside
    USING (SELECT DISTINCT resident_id, to_char(day, 'YYYY-MM-DD') AS item FROM claimed) AS day
    WHERE set_aside.resident_id = day.resident_id AND set_aside.kind = 'day' AND set_aside.item = day.item
)
SELECT claimed.resident_id, claimed.day, resident.time_zone, resident.birth_year, array_agg(claimed.sequence) AS sequences
FROM claimed
JOIN identity.resident USING (resident_id)
GROUP BY claimed.resident_id, claimed.day, resident.time_zone, resident.birth_year
ORDER BY claimed.resident_id, claimed.day
