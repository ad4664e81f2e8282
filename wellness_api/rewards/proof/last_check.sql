SELECT checked_at, balances_differing AS balances, chains_differing AS chains, awards_differing AS awards,
    coalesce(redemptions_differing, 0) AS redemptions, coalesce(totals_differing, 0) AS totals,
    coalesce(summaries_differing, 0) AS summaries
FROM rewards.ledger_check
WHERE checked_at IS NOT NULL
ORDER BY day DESC
LIMIT 1
