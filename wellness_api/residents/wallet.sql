WITH asking AS (
    SELECT set_config('wellness.resident_id', $1::bigint::text, true)::bigint AS resident_id
)
SELECT coalesce(balance, 0) AS balance, coalesce(owed, 0) AS owed
FROM asking
LEFT JOIN LATERAL (
    SELECT balance, owed FROM rewards.wallet WHERE resident_id = asking.resident_id
    OFFSET 0 -- Keeps the planner from reading the table before the context is set.
) AS wallet ON true
