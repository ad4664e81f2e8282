WITH asking AS (
    SELECT set_config('wellness.resident_id', $1::bigint::text, true)::bigint AS resident_id
)
SELECT own.shown
FROM asking, LATERAL (
    SELECT shown FROM rewards.redemption_shown WHERE resident_id = asking.resident_id AND redemption_id = $2
    OFFSET 0 -- Keeps the planner from reading the table before the resident is set.
) AS own
