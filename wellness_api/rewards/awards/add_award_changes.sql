-- Adds the changes that postings left since the last time to the total of each programme version.
WITH taken AS (
    DELETE FROM rewards.award_change
    RETURNING programme, version, points, residents
)
INSERT INTO rewards.programme_total (programme, version, points_awarded, residents_awarded, computed_at)
SELECT programme, version, sum(points), sum(residents), now()
FROM taken
GROUP BY programme, version
ON CONFLICT (programme, version) DO UPDATE
SET points_awarded = programme_total.points_awarded + excluded.points_awarded,
    residents_awarded = programme_total.residents_awarded + excluded.residents_awarded,
    computed_at = excluded.computed_at
