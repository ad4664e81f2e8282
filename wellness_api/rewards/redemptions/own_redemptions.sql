-- The newest redemptions below the cursor ($2), newest first.
WITH asking AS (
    SELECT set_config('wellness.resident_id', $1::bigint::text, true)::bigint AS resident_id
)
SELECT own.shown
FROM asking, LATERAL (
    SELECT redemption_id, shown
    FROM rewards.redemption_shown
    WHERE resident_id = asking.resident_id AND redemption_id < $2
    ORDER BY redemption_id DESC
    LIMIT $3
) AS own
