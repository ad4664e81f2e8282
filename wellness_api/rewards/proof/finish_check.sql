UPDATE rewards.ledger_check
SET checked_at = $2, balances_differing = $3, chains_differing = $4, awards_differing = $5, redemptions_differing = $6,
    fingerprint = $7
WHERE day = $1
