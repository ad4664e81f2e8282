-- The points of these residents that have become spendable, the oldest first.
SELECT resident_id, spendable_from, expires_on, points
FROM rewards.pending_points
WHERE resident_id = ANY ($1::bigint[]) AND spendable_from <= $2 AND points > 0
ORDER BY resident_id, spendable_from, expires_on
