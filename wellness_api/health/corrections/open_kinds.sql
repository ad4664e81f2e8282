-- What the asking resident has open corrections of, each kind as often as there are.
WITH asking AS (
    SELECT set_config('wellness.resident_id', $1::bigint::text, true)::bigint AS resident_id
)
SELECT open.kind
FROM asking, LATERAL (
    SELECT kind
    FROM health.correction
    WHERE resident_id = asking.resident_id AND ended_at IS NULL
    OFFSET 0 -- Keeps the planner from reading the table before the context is set.
) AS open
