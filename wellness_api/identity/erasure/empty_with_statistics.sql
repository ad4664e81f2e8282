-- The tables and partitions in $1 that are empty but have statistics of the rows that they had.
SELECT DISTINCT pg_class.oid::regclass::text AS relation
FROM pg_stats
JOIN pg_namespace ON nspname = schemaname
JOIN pg_class ON relnamespace = pg_namespace.oid AND relname = tablename
WHERE reltuples = 0 AND pg_class.oid = ANY ($1::text[]::regclass[])
