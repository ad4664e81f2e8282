-- What may hold bytes of those who were erased since the last scrub: the partitions that rows of theirs were in, and the
-- tables that are not partitioned whole. From these also rows went that an erasure finds no more, such as pending days.
-- Of a month some segment stays until the erasure, so every month is found; from the archive retention takes rows.
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
    SELECT to_regclass(name) -- Nothing, when the month has been dropped since.
    FROM identity.erasure, jsonb_object_keys(rows_deleted) AS name
    WHERE erasure_id = ANY ($1::bigint[])
) AS touched
WHERE relation IS NOT NULL
ORDER BY relation
