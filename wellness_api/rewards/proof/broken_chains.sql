-- Residents from $1 to $2 whose transfers are not one unbroken chain up to the wallet's head. It returns the first
-- transfer that does not follow from the transfers before it, or the first one where the wallet's number of transfers
-- differs.
WITH linked AS (
    SELECT transfer.resident_id, transfer.transfer_id, transfer.hash,
        row_number() OVER of_resident AS number,
        sha256(lag(transfer.hash, 1, '') OVER of_resident
            || convert_to(rewards.transfer_line(transfer), 'UTF8')) AS hash_due
    FROM rewards.transfer
    WHERE transfer.resident_id BETWEEN $1 AND $2
    WINDOW of_resident AS (PARTITION BY transfer.resident_id ORDER BY transfer.transfer_id)
), chain AS (
    SELECT resident_id, count(*) AS transfers,
        min(number) FILTER (WHERE transfer_id <> number OR hash <> hash_due) AS first_broken,
        (array_agg(hash ORDER BY number DESC))[1] AS head
    FROM linked
    GROUP BY resident_id
)
SELECT resident_id, coalesce(chain.first_broken, CASE
    WHEN chain.transfers = wallet.last_transfer_id THEN chain.transfers
    ELSE least(coalesce(chain.transfers, 0), coalesce(wallet.last_transfer_id, 0)) + 1
END) AS transfer_id
FROM chain
FULL JOIN (SELECT * FROM rewards.wallet WHERE resident_id BETWEEN $1 AND $2) AS wallet USING (resident_id)
WHERE chain.first_broken IS NOT NULL
    OR (coalesce(wallet.last_transfer_id, 0), coalesce(wallet.chain_head, ''))
        <> (coalesce(chain.transfers, 0), coalesce(chain.head, ''))
ORDER BY resident_id
