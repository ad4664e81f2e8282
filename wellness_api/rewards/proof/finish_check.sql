UPDATE rewards.ledger_check
SET checked_at = :now, balances_differing = :balances, chains_differing = :chains, awards_differing = :awards, redemptions_differing = :redemptions,
    fingerprint = :fingerprint
WHERE day = :day
