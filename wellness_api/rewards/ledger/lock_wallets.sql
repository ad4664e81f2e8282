-- Makes the wallets that are missing, and locks all of them until the transaction ends. So a redemption at the same
-- moment waits for the posting, or the posting for the redemption.
WITH made AS (
    INSERT INTO rewards.wallet (resident_id, balance, owed, updated_at)
    SELECT resident_id, 0, 0, $2
    FROM unnest($1::bigint[]) AS asked (resident_id)
    WHERE NOT EXISTS (SELECT FROM rewards.wallet WHERE wallet.resident_id = asked.resident_id)
    ON CONFLICT (resident_id) DO NOTHING
    RETURNING resident_id, balance, owed, last_transfer_id, chain_head
), held AS (
    SELECT resident_id, balance, owed, last_transfer_id, chain_head
    FROM rewards.wallet
    WHERE resident_id = ANY ($1::bigint[])
    ORDER BY resident_id
    FOR UPDATE
)
SELECT * FROM made
UNION ALL
SELECT * FROM held
