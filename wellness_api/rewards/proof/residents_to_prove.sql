-- The residents among these who have nothing set aside. `is_final`: they also have no day that waits for the worker or
-- has to be counted anew by now. What the ledger says about the others may still change.
SELECT resident_id,
    NOT EXISTS (SELECT FROM health.pending_day WHERE pending_day.resident_id = asked.resident_id)
        AND NOT EXISTS (
            SELECT FROM rewards.day_in_time
            WHERE day_in_time.resident_id = asked.resident_id AND waits_until <= $2
                AND day >= (SELECT first_day FROM health.retention)) AS is_final
FROM unnest($1::bigint[]) AS asked (resident_id)
WHERE NOT EXISTS (
    SELECT FROM work.set_aside WHERE set_aside.resident_id = asked.resident_id AND kind IN ('day', 'closing'))
ORDER BY resident_id
