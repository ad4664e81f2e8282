UPDATE rewards.ledger_check
SET checked_at = :now, balances_differing = :balances, chains_differing = :chains, awards_differing = :awards, redemptions_differing = :redemptions,
    totals_differing = :totals, summaries_differing = :summaries, summaries_until = :summaries_until,
    fingerprint = :fingerprint
WHERE day = :day
