-- The stored total of each programme version, with the changes of postings since it was summed, and without erased
-- residents: what the existing transfers must add up to.
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
