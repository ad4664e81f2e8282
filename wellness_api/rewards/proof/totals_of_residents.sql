-- The points that the residents from $1 to $2 got on balance from each programme version, and how many residents got
-- them.
SELECT programme, version, sum(CASE WHEN debit_account = 'budget' THEN amount ELSE -amount END)::bigint AS points,
    count(DISTINCT resident_id) AS residents
FROM rewards.transfer
WHERE resident_id BETWEEN $1 AND $2 AND 'budget' IN (debit_account, credit_account)
GROUP BY programme, version
