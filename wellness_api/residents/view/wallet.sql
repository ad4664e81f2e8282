-- The resident's balances on the day $2, what becomes spendable next, and what lapses next (see
-- rewards.expiring_points).
WITH asking AS (
    SELECT set_config('wellness.resident_id', $1::bigint::text, true)::bigint AS resident_id
)
SELECT coalesce(wallet.balance, 0) AS balance, coalesce(wallet.pending, 0) AS pending,
    coalesce(wallet.held, 0) AS held, coalesce(wallet.owed, 0) AS owed,
    next_spendable.spendable_from, next_spendable.points AS spendable_next,
    next_lapsing.expires_on, next_lapsing.points AS lapsing_next,
    in_force.code, in_force.version, in_force.name
FROM asking
LEFT JOIN LATERAL (
    SELECT balance, pending, held, owed FROM rewards.wallet WHERE resident_id = asking.resident_id
    OFFSET 0 -- Keeps the planner from reading the table before the resident is set.
) AS wallet ON true
LEFT JOIN LATERAL (
    SELECT spendable_from, sum(points)::bigint AS points
    FROM rewards.pending_points
    WHERE resident_id = asking.resident_id AND points > 0
    GROUP BY spendable_from
    ORDER BY spendable_from
    LIMIT 1
) AS next_spendable ON true
LEFT JOIN LATERAL (
    SELECT expires_on, (wallet.balance - good_for_longer)::bigint AS points
    FROM (
        SELECT expires_on, coalesce(sum(greatest(credited - lapsed, 0)) OVER (
            ORDER BY expires_on DESC ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS good_for_longer
        FROM rewards.expiring_points
        WHERE resident_id = asking.resident_id AND expires_on >= $2::date
    ) AS lapsing
    WHERE isfinite(expires_on) AND wallet.balance > good_for_longer
    ORDER BY expires_on
    LIMIT 1
) AS next_lapsing ON true
LEFT JOIN LATERAL (
    -- A version is in force until a later version of the same programme takes over, or until its own last day.
    SELECT code, version, definition -> 'name' AS name
    FROM rewards.programme
    WHERE $2::date BETWEEN in_force_from AND coalesce(in_force_to, 'infinity') AND NOT EXISTS (
        SELECT FROM rewards.programme AS later
        WHERE later.code = programme.code AND later.version > programme.version AND later.in_force_from <= $2)
    ORDER BY code, version
    LIMIT 1
) AS in_force ON true
