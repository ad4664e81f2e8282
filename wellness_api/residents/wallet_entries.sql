-- The newest entries below the cursor ($2), newest first.
WITH asking AS (
    SELECT set_config('wellness.resident_id', $1::bigint::text, true)::bigint AS resident_id
)
SELECT entry.*
FROM asking, LATERAL (
    SELECT transfer_id, posted_at, programme, version, rule, period_start, period_end, debit_account, credit_account,
        amount, spendable_from, facts
    FROM rewards.transfer
    WHERE resident_id = asking.resident_id AND transfer_id < $2
    ORDER BY transfer_id DESC
    LIMIT $3
) AS entry
