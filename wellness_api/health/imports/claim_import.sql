-- The file that has waited longest and that no worker reads. It is a new file or a long one (:is_long), and of no
-- resident in :others. Files that were begun in vain let others go first. The reader of a file holds its lock until its
-- transaction ends, by itself or because the worker is gone. So an import in the state reading without a lock has to be
-- taken up again.
SELECT resident_id, import_id
FROM (
    SELECT resident_id, import_id
    FROM health.import
    WHERE state IN ('waiting', 'reading') AND is_long = :is_long AND resident_id <> ALL(:others::bigint[]) AND NOT EXISTS (
        SELECT FROM work.set_aside
        WHERE set_aside.resident_id = import.resident_id AND kind = 'import' AND item = import_id::text AND retry_at > :now)
    ORDER BY readings, received_at
    LIMIT :looked_at_max
) AS oldest
WHERE pg_try_advisory_xact_lock(:lock, hashtext(import_id::text))
LIMIT 1
