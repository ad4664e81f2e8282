-- Of the given residents: the last day before $2 on which points were good, and how many points are good for longer.
SELECT wallet.resident_id, lapsed.last_day, lapsed.good_for_longer
FROM rewards.wallet, LATERAL (
    SELECT max(expires_on) FILTER (WHERE expires_on < $2) AS last_day,
        coalesce(sum(greatest(credited, 0)) FILTER (WHERE expires_on >= $2), 0)::bigint AS good_for_longer
    FROM rewards.expiring_points
    WHERE expiring_points.resident_id = wallet.resident_id
) AS lapsed
WHERE wallet.resident_id = ANY ($1::bigint[])
    AND lapsed.last_day IS NOT NULL AND wallet.balance > lapsed.good_for_longer
