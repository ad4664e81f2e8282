-- The holds that have lapsed by $1, after the hold ($2, $3), by resident and number; but those that were set aside and whose
-- time has not come.
WITH due AS MATERIALIZED (
    SELECT rewards.due_until($1::timestamptz) AS until
)
SELECT resident_id, redemption_id
FROM due
JOIN rewards.redemption ON held_until <= until
WHERE state = 'held' AND (resident_id, redemption_id) > ($2::bigint, $3::bigint) AND NOT EXISTS (
    SELECT FROM work.set_aside
    WHERE set_aside.resident_id = redemption.resident_id AND kind = 'hold' AND item = redemption_id::text
        AND (retry_at IS NULL OR retry_at > $1))
ORDER BY resident_id, redemption_id
LIMIT $4
