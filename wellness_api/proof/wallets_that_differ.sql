-- Wallets that are not the sum of their transfers, with both.
SELECT resident_id, coalesce(wallet.balance, 0) AS balance, coalesce(wallet.owed, 0) AS owed,
    coalesce(summed.balance, 0)::bigint AS balance_summed, coalesce(summed.owed, 0)::bigint AS owed_summed
FROM rewards.wallet
FULL JOIN (
    SELECT resident_id,
        sum(CASE 'wallet' WHEN credit_account THEN amount WHEN debit_account THEN -amount ELSE 0 END) AS balance,
        sum(CASE 'owed' WHEN debit_account THEN amount WHEN credit_account THEN -amount ELSE 0 END) AS owed
    FROM rewards.transfer
    GROUP BY resident_id
) AS summed USING (resident_id)
WHERE (coalesce(wallet.balance, 0), coalesce(wallet.owed, 0))
    IS DISTINCT FROM (coalesce(summed.balance, 0), coalesce(summed.owed, 0))
ORDER BY resident_id
