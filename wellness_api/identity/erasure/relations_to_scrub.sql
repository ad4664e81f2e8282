-- The tables and partitions that may hold bytes of residents erased since the last scrub: the partitions in which they
-- had rows, and every table that is not partitioned. These tables also lost rows that an erasure no longer finds, such as
-- pending days. Some segment of each month stays until the erasure, so every month is in the list. Retention deletes rows
-- of the archive.
SELECT DISTINCT relation::regclass::text AS relation
FROM (
    SELECT relation
    FROM identity.table_about_residents
    JOIN pg_class ON pg_class.oid = relation
    WHERE relkind = 'r'
    UNION ALL
    SELECT 'identity.erasure_request'::regclass
    UNION ALL
    SELECT to_regclass('health.segment_archive')
    UNION ALL
    SELECT to_regclass(name) -- Null when the month has been dropped since.
    FROM identity.erasure, jsonb_object_keys(rows_deleted) AS name
    WHERE erasure_id = ANY ($1::bigint[])
) AS touched
WHERE relation IS NOT NULL
ORDER BY relation
