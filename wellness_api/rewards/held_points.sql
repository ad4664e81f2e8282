-- What the ledger holds for the given residents' days under one programme, rule by rule.
SELECT transfer.resident_id, period_start, rule,
    sum(CASE WHEN debit_account = 'budget' THEN amount ELSE -amount END)::bigint AS points
FROM unnest($2::bigint[], $3::date[]) AS pair (resident_id, day)
JOIN rewards.transfer
    ON transfer.resident_id = pair.resident_id
    AND transfer.programme = $1
    AND transfer.period_start = pair.day
    AND 'budget' IN (debit_account, credit_account)
GROUP BY transfer.resident_id, period_start, rule
