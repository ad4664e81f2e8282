-- Removes the statistics of every column, of the table alone and with its partitions.
SELECT pg_clear_attribute_stats(nspname, relname, attname, with_partitions)
FROM (VALUES (false), (true)) AS kind (with_partitions), pg_attribute
JOIN pg_class ON pg_class.oid = attrelid
JOIN pg_namespace ON pg_namespace.oid = relnamespace
WHERE attrelid = ANY ($1::text[]::regclass[]) AND attnum > 0 AND NOT attisdropped
