-- What the ledger holds under one programme for these residents' periods, rule by rule. The periods begin in the days
-- from `starts_from` to `until`, and end on or after `since`.
SELECT held.*
FROM unnest(:resident_ids::bigint[], :starts_from::date[], :since::date[], :until::date[]) AS asked (resident_id, starts_from, since, until), LATERAL (
    SELECT resident_id, period_start, period_end, rule,
        sum(CASE WHEN debit_account = 'budget' THEN amount ELSE -amount END)::bigint AS points
    FROM rewards.transfer
    WHERE resident_id = asked.resident_id AND programme = :programme
        AND period_start BETWEEN asked.starts_from AND asked.until AND period_end >= asked.since
        AND 'budget' IN (debit_account, credit_account)
    GROUP BY resident_id, period_start, period_end, rule
    OFFSET 0 -- One look-up for each resident; as a join, a planner without statistics reads the whole ledger.
) AS held
