-- What the ledger holds for the given residents' days under one programme, rule by rule.
SELECT held.*
FROM unnest($2::bigint[], $3::date[]) AS pair (resident_id, day), LATERAL (
    SELECT resident_id, period_start, rule,
        sum(CASE WHEN debit_account = 'budget' THEN amount ELSE -amount END)::bigint AS points
    FROM rewards.transfer
    WHERE resident_id = pair.resident_id AND programme = $1 AND period_start = pair.day
        AND 'budget' IN (debit_account, credit_account)
    GROUP BY resident_id, period_start, rule
    OFFSET 0 -- A look-up for each pair; as a join, a planner without statistics reads the whole ledger.
) AS held
