-- At most :residents_max of these residents (:resident_ids) who had :points points on the day :day, from the days
-- before it and after their redemptions. The choice differs for each day and item (:item), but is always the same for
-- these.
SELECT resident_id
FROM rewards.transfer
WHERE resident_id = ANY (:resident_ids::bigint[])
GROUP BY resident_id
HAVING sum(CASE
    WHEN debit_account = 'budget' AND period_end < :day::date THEN amount
    WHEN credit_account = 'budget' AND period_end < :day THEN -amount
    WHEN (debit_account, credit_account) = ('wallet', 'held') THEN -amount
    ELSE 0 END) >= :points::integer
ORDER BY md5(concat(resident_id, :day, :item::text))
LIMIT :residents_max
