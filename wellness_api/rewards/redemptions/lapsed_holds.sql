-- The holds that have lapsed by :now, after the hold (:after_resident, :after_redemption), by resident and number. It
-- leaves out holds that were set aside and whose time to retry has not come.
WITH due AS MATERIALIZED (
    SELECT rewards.due_until(:now::timestamptz) AS until
)
SELECT resident_id, redemption_id
FROM due
JOIN rewards.redemption ON held_until <= until
WHERE state = 'held' AND (resident_id, redemption_id) > (:after_resident::bigint, :after_redemption::bigint) AND NOT EXISTS (
    SELECT FROM work.set_aside
    WHERE set_aside.resident_id = redemption.resident_id AND kind = 'hold' AND item = redemption_id::text
        AND (retry_at IS NULL OR retry_at > :now))
ORDER BY resident_id, redemption_id
LIMIT :holds_max
