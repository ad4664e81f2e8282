-- Every id from $1 to $2 that the ledger knows, also an id that has transfers or redemptions and no wallet.
SELECT resident_id FROM rewards.wallet WHERE resident_id BETWEEN $1 AND $2
UNION
SELECT resident_id FROM rewards.transfer WHERE resident_id BETWEEN $1 AND $2
UNION
SELECT resident_id FROM rewards.redemption WHERE resident_id BETWEEN $1 AND $2
ORDER BY resident_id
