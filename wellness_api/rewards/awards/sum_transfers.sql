-- The points that each programme version has given on balance, and the number of residents who got them; erased
-- residents are counted too. The statement deletes the changes of exactly those transfers that it sums, since a
-- statement sees one moment.
WITH taken AS (
    DELETE FROM rewards.award_change
)
INSERT INTO rewards.programme_total (programme, version, points_awarded, residents_awarded, computed_at)
SELECT programme, version, sum(points), sum(residents), now()
FROM (
    SELECT programme, version,
        sum(CASE WHEN debit_account = 'budget' THEN amount ELSE -amount END) AS points,
        count(DISTINCT resident_id) AS residents
    FROM rewards.transfer
    WHERE 'budget' IN (debit_account, credit_account)
    GROUP BY programme, version
    UNION ALL
    SELECT programme, version, sum(CASE WHEN debit_account = 'budget' THEN amount ELSE -amount END), 0
    FROM rewards.erased_total
    WHERE 'budget' IN (debit_account, credit_account)
    GROUP BY programme, version
    UNION ALL
    SELECT programme, version, 0, residents FROM rewards.erased_residents
) AS awarded
GROUP BY programme, version
ON CONFLICT (programme, version) DO UPDATE
SET points_awarded = excluded.points_awarded, residents_awarded = excluded.residents_awarded,
    computed_at = excluded.computed_at
