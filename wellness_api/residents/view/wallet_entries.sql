-- The newest entries below the cursor, newest first; if a day is given, only what the awards of that day alone moved. For an
-- entry of a redemption, also the item and the day on which it was made. For an award that had points before, also the facts
-- of those points.
WITH asking AS (
    SELECT set_config('wellness.resident_id', :resident_id::bigint::text, true)::bigint AS resident_id
)
SELECT entry.*, redemption.day AS redeemed_on, reward_item.name AS item_name, earlier.facts AS facts_before
FROM asking, LATERAL (
    SELECT resident_id, transfer_id, posted_at, programme, version, rule, period_start, period_end, debit_account,
        credit_account, amount, spendable_from, redemption_id, facts
    FROM rewards.transfer
    WHERE resident_id = asking.resident_id AND transfer_id < :below
        AND (:day::date IS NULL OR period_start = :day AND period_end = :day AND 'budget' IN (debit_account, credit_account))
    ORDER BY transfer_id DESC
    LIMIT :rows
) AS entry
LEFT JOIN LATERAL (
    -- The posting before. One posting may be several transfers, all with the same facts.
    SELECT facts
    FROM rewards.transfer
    WHERE resident_id = entry.resident_id AND programme = entry.programme AND period_start = entry.period_start
        AND period_end = entry.period_end AND rule = entry.rule AND transfer_id < entry.transfer_id
        AND 'budget' IN (debit_account, credit_account) AND facts <> entry.facts
    ORDER BY transfer_id DESC
    LIMIT 1
) AS earlier ON entry.facts ->> 'points_before' <> '0'
LEFT JOIN rewards.redemption USING (resident_id, redemption_id)
LEFT JOIN rewards.reward_item ON reward_item.item = redemption.item AND reward_item.version = redemption.version
ORDER BY entry.transfer_id DESC
