-- Held until the transaction ends, so that a redemption at the same moment waits for the posting or the other way round.
SELECT resident_id, balance, owed
FROM rewards.wallet
WHERE resident_id = ANY($1::bigint[])
ORDER BY resident_id
FOR UPDATE
