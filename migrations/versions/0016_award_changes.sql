-- What each posting changed of a programme version's total; added to it and deleted soon after. So the total follows the
-- ledger without anybody summing the ledger, and no posting waits for another one's row.
CREATE TABLE rewards.award_change (
    change_id bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    programme text NOT NULL,
    version integer NOT NULL,
    points bigint NOT NULL,
    residents integer NOT NULL CHECK (residents >= 0)
);

GRANT SELECT, INSERT, DELETE ON rewards.award_change TO wellness_worker;

-- The totals may be as old as the last roll-up; from here on they and the changes beside them are what the ledger says.
LOCK TABLE rewards.transfer IN SHARE MODE;
DELETE FROM rewards.programme_total;
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
) AS given
GROUP BY programme, version;
