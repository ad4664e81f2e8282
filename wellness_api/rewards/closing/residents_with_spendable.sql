-- Residents with points that have become spendable by $1, after resident $2.
SELECT DISTINCT resident_id
FROM rewards.pending_points
WHERE spendable_from <= $1 AND resident_id > $2
ORDER BY resident_id
LIMIT $3
