-- Balances of the residents from $1 to $2 that are not the sums of their transfers, with both figures. A row of zero
-- points means the same as no row.
WITH transfer AS MATERIALIZED (
    SELECT resident_id, transfer_id, period_end, debit_account, credit_account, amount, spendable_from, expires_on
    FROM rewards.transfer
    WHERE resident_id BETWEEN $1 AND $2
), kept (resident_id, balance, spendable_from, expires_on, points) AS (
    SELECT resident_id, of_wallet.account, NULL::date, NULL::date, of_wallet.points
    FROM rewards.wallet, LATERAL (VALUES
        ('wallet', balance), ('owed', owed), ('pending', pending), ('held', held)) AS of_wallet (account, points)
    WHERE resident_id BETWEEN $1 AND $2
    UNION ALL
    SELECT resident_id, 'pending_points', spendable_from, expires_on, points
    FROM rewards.pending_points
    WHERE resident_id BETWEEN $1 AND $2
    UNION ALL
    SELECT resident_id, of_lot.balance, NULL, expires_on, of_lot.points
    FROM rewards.expiring_points, LATERAL (VALUES
        ('expiring_points', credited), ('lapsed_points', lapsed)) AS of_lot (balance, points)
    WHERE resident_id BETWEEN $1 AND $2
), moved (resident_id, balance, spendable_from, expires_on, points) AS (
    SELECT resident_id, side.account, NULL::date, NULL::date,
        -- What is owed is a debt: it grows when points leave the account.
        sum(CASE side.account WHEN credit_account THEN amount ELSE -amount END)
            * CASE side.account WHEN 'owed' THEN -1 ELSE 1 END
    FROM transfer, LATERAL (VALUES (debit_account), (credit_account)) AS side (account)
    WHERE side.account IN ('wallet', 'owed', 'pending', 'held')
    GROUP BY resident_id, side.account
    UNION ALL
    SELECT resident_id, 'pending_points', spendable_from, expires_on,
        sum(CASE 'pending' WHEN credit_account THEN amount ELSE -amount END)
    FROM transfer
    WHERE 'pending' IN (debit_account, credit_account)
    GROUP BY resident_id, spendable_from, expires_on
    UNION ALL
    SELECT resident_id, 'expiring_points', NULL, expires_on,
        sum(CASE 'wallet' WHEN credit_account THEN amount ELSE -amount END)
    FROM transfer
    WHERE expires_on IS NOT NULL
        AND ('wallet' IN (debit_account, credit_account) OR debit_account = 'expired')
    GROUP BY resident_id, expires_on
    UNION ALL
    SELECT resident_id, 'lapsed_points', NULL, coalesce(expires_on, period_end),
        sum(CASE 'expired' WHEN credit_account THEN amount ELSE -amount END)
    FROM transfer
    WHERE 'expired' IN (debit_account, credit_account)
    GROUP BY resident_id, coalesce(expires_on, period_end)
)
SELECT resident_id, balance, spendable_from, expires_on,
    sum(kept)::bigint AS kept, sum(moved)::bigint AS moved
FROM (
    SELECT resident_id, balance, spendable_from, expires_on, points AS kept, 0 AS moved FROM kept
    UNION ALL
    SELECT resident_id, balance, spendable_from, expires_on, 0, points FROM moved
) AS both_sides
GROUP BY resident_id, balance, spendable_from, expires_on
HAVING sum(kept) <> sum(moved)
ORDER BY resident_id, balance, spendable_from, expires_on
