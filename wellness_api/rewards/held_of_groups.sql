-- What the ledger holds of group rules for the given residents' periods that end on or after a day, rule by rule.
SELECT held.*
FROM unnest($1::bigint[]) AS asked (resident_id), LATERAL (
    SELECT resident_id, period_start, period_end, rule,
        sum(CASE WHEN debit_account = 'budget' THEN amount ELSE -amount END)::bigint AS points
    FROM rewards.transfer
    WHERE resident_id = asked.resident_id AND programme = $2 AND rule = ANY ($3::text[])
        AND period_start >= $4 AND period_end >= $5
        AND 'budget' IN (debit_account, credit_account)
    GROUP BY resident_id, period_start, period_end, rule
    OFFSET 0 -- A look-up for each resident, also while the planner has no statistics yet.
) AS held
