-- What is kept of each programme version's total, with what postings changed since it was added up, and without those who
-- were erased: what the transfers that are there must come to.
SELECT programme, version, sum(points)::bigint AS points, sum(residents)::bigint AS residents
FROM (
    SELECT programme, version, points_awarded AS points, residents_awarded AS residents FROM rewards.programme_total
    UNION ALL
    SELECT programme, version, points, residents FROM rewards.award_change
    UNION ALL
    SELECT programme, version, CASE WHEN debit_account = 'budget' THEN -amount ELSE amount END, 0
    FROM rewards.erased_total
    WHERE 'budget' IN (debit_account, credit_account)
    UNION ALL
    SELECT programme, version, 0, -residents FROM rewards.erased_residents
) AS kept
GROUP BY programme, version
