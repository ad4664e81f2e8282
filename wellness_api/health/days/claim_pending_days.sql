-- Takes the oldest pending days; they are gone from the queue once the transaction commits. It takes up to :recent_max
-- days that somebody may look at, and at least :backlog_min days of the backlog where there are any. The backlog also
-- gets the room that recent days leave free. If another worker holds a resident, that resident's rows are left to that
-- worker: so no two workers work on one resident's days. Closed days, of which samples are gone, are left to
-- housekeeping: worked out again, they would come to less than before. The backlog takes residents in turn: the next
-- residents after :after_resident, and as many days of each. So a resident with very many days does not go first.
WITH RECURSIVE recent AS MATERIALIZED (
    SELECT resident_id, day, sequence
    FROM health.pending_day
    WHERE NOT is_backlog AND day >= (SELECT first_day FROM health.retention)
    ORDER BY sequence
    LIMIT :recent_max::integer
    FOR UPDATE SKIP LOCKED
), room AS MATERIALIZED (
    SELECT :recent_max + :backlog_min::integer - count(*) AS days FROM recent
), next_resident AS (
    SELECT min(resident_id) AS resident_id, 1 AS place
    FROM health.pending_day
    WHERE is_backlog AND resident_id > :after_resident::bigint
    UNION ALL
    SELECT (
            SELECT min(pending_day.resident_id)
            FROM health.pending_day
            WHERE is_backlog AND pending_day.resident_id > next_resident.resident_id
        ),
        place + 1
    FROM next_resident
    WHERE next_resident.resident_id IS NOT NULL AND place < least(64, (SELECT days FROM room))
), waiting AS MATERIALIZED (
    SELECT resident_id, count(*) OVER () AS residents FROM next_resident WHERE resident_id IS NOT NULL
), backlog AS MATERIALIZED (
    SELECT days.resident_id, days.day, days.sequence
    FROM waiting, LATERAL (
        SELECT pending_day.resident_id, pending_day.day, pending_day.sequence
        FROM health.pending_day
        WHERE is_backlog AND pending_day.resident_id = waiting.resident_id
            AND day >= (SELECT first_day FROM health.retention)
        ORDER BY sequence
        LIMIT ceil((SELECT days FROM room)::numeric / waiting.residents)
        FOR UPDATE SKIP LOCKED
    ) AS days
    LIMIT (SELECT days FROM room)
), oldest AS MATERIALIZED (
    SELECT * FROM recent
    UNION ALL
    SELECT * FROM backlog
), held AS MATERIALIZED (
    -- Only for the limited rows: each lock takes room in a table that all transactions share.
    SELECT resident_id
    FROM (SELECT DISTINCT resident_id FROM oldest) AS resident
    WHERE pg_try_advisory_xact_lock(:lock::integer, hashint8(resident_id))
), of_days AS MATERIALIZED (
    -- All rows of a day, because a day is worked out from all of them. This statement does not wait for rows that another
    -- worker has locked. That worker looked at them and left them to us, and it may be waiting for our rows.
    SELECT pending_day.resident_id, pending_day.day, pending_day.sequence
    FROM (SELECT DISTINCT resident_id, day FROM oldest JOIN held USING (resident_id)) AS claimed
    JOIN health.pending_day USING (resident_id, day)
    FOR UPDATE OF pending_day SKIP LOCKED
), claimed AS (
    DELETE FROM health.pending_day
    USING of_days
    WHERE pending_day.resident_id = of_days.resident_id
        AND pending_day.day = of_days.day
        AND pending_day.sequence = of_days.sequence
    RETURNING pending_day.resident_id, pending_day.day, pending_day.sequence
), worked_out AS (
    -- A day that was set aside is no longer set aside. If this turn fails too, the rollback undoes this.
    DELETE FROM work.set_aside
    USING (SELECT DISTINCT resident_id, to_char(day, 'YYYY-MM-DD') AS item FROM claimed) AS day
    WHERE set_aside.resident_id = day.resident_id AND set_aside.kind = 'day' AND set_aside.item = day.item
)
SELECT claimed.resident_id, claimed.day, resident.time_zone, resident.birth_year, array_agg(claimed.sequence) AS sequences,
    (SELECT max(resident_id) FROM waiting) AS backlog_until
FROM claimed
JOIN identity.resident USING (resident_id)
GROUP BY claimed.resident_id, claimed.day, resident.time_zone, resident.birth_year
ORDER BY claimed.resident_id, claimed.day
