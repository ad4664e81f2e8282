-- Of the given residents ($1) at most $5 who had $3 points on the day $2, of the days before it and after what they redeemed;
-- others for each day and item ($4), but always the same.
SELECT resident_id
FROM rewards.transfer
WHERE resident_id = ANY ($1::bigint[])
GROUP BY resident_id
HAVING sum(CASE
    WHEN debit_account = 'budget' AND period_end < $2::date THEN amount
    WHEN credit_account = 'budget' AND period_end < $2 THEN -amount
    WHEN (debit_account, credit_account) = ('wallet', 'held') THEN -amount
    ELSE 0 END) >= $3::integer
ORDER BY md5(concat(resident_id, $2, $4::text))
LIMIT $5
