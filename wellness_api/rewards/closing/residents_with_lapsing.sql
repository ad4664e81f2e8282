-- Residents with points whose last day is before $1, after resident $2.
SELECT wallet.resident_id
FROM rewards.wallet
WHERE wallet.resident_id > $2 AND wallet.balance > 0
    AND EXISTS (
        SELECT FROM rewards.expiring_points
        WHERE expiring_points.resident_id = wallet.resident_id AND expires_on < $1)
    AND wallet.balance > (
        SELECT coalesce(sum(greatest(credited - lapsed, 0)), 0) FROM rewards.expiring_points
        WHERE expiring_points.resident_id = wallet.resident_id AND expires_on >= $1)
ORDER BY wallet.resident_id
LIMIT $3
