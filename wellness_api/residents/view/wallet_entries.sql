-- The newest entries below the cursor ($2), newest first; of a redemption's, for what and on which day it was made.
WITH asking AS (
    SELECT set_config('wellness.resident_id', $1::bigint::text, true)::bigint AS resident_id
)
SELECT entry.*, redemption.day AS redeemed_on, reward_item.name AS item_name
FROM asking, LATERAL (
    SELECT resident_id, transfer_id, posted_at, programme, version, rule, period_start, period_end, debit_account,
        credit_account, amount, spendable_from, redemption_id, facts
    FROM rewards.transfer
    WHERE resident_id = asking.resident_id AND transfer_id < $2
    ORDER BY transfer_id DESC
    LIMIT $3
) AS entry
LEFT JOIN rewards.redemption USING (resident_id, redemption_id)
LEFT JOIN rewards.reward_item ON reward_item.item = redemption.item AND reward_item.version = redemption.version
ORDER BY transfer_id DESC
