-- Those of the given residents of whom no day waits for the worker or is set aside: what the ledger says of the others is
-- not final.
SELECT resident_id
FROM unnest($1::bigint[]) AS asked (resident_id)
WHERE NOT EXISTS (SELECT FROM health.pending_day WHERE pending_day.resident_id = asked.resident_id)
    AND NOT EXISTS (
        SELECT FROM work.set_aside WHERE set_aside.resident_id = asked.resident_id AND kind IN ('day', 'closing'))
ORDER BY resident_id
