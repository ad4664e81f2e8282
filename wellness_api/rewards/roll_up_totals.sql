-- What each programme version has given on balance, and to how many residents.
INSERT INTO rewards.programme_total (programme, version, points_awarded, residents_awarded, computed_at)
SELECT programme, version,
    sum(CASE WHEN debit_account = 'budget' THEN amount ELSE -amount END),
    count(DISTINCT resident_id),
    now()
FROM rewards.transfer
WHERE 'budget' IN (debit_account, credit_account)
GROUP BY programme, version
ON CONFLICT (programme, version) DO UPDATE
SET points_awarded = excluded.points_awarded, residents_awarded = excluded.residents_awarded,
    computed_at = excluded.computed_at
