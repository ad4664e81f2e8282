-- What each programme version has given on balance, and to how many residents.
SELECT programme, version,
    sum(CASE WHEN debit_account = 'budget' THEN amount ELSE -amount END)::bigint AS points,
    count(DISTINCT resident_id) AS residents
FROM rewards.transfer
WHERE 'budget' IN (debit_account, credit_account)
GROUP BY programme, version
