-- Appends the transfers and brings the wallets to where they lead.
WITH posted AS (
    INSERT INTO rewards.transfer
        (resident_id, programme, version, rule, period_start, debit_account, credit_account, amount, facts)
    SELECT transfer.resident_id, $1, $2, rule, period_start, debit_account, credit_account, amount, facts::jsonb
    FROM unnest($3::bigint[], $4::text[], $5::date[], $6::text[], $7::text[], $8::integer[], $9::text[])
        AS transfer (resident_id, rule, period_start, debit_account, credit_account, amount, facts)
)
INSERT INTO rewards.wallet (resident_id, balance, owed, updated_at)
SELECT resident_id, balance, owed, now()
FROM unnest($10::bigint[], $11::bigint[], $12::bigint[]) AS wallet (resident_id, balance, owed)
ON CONFLICT (resident_id) DO UPDATE
SET balance = excluded.balance, owed = excluded.owed, updated_at = excluded.updated_at
