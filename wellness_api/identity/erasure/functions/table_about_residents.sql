-- Every table with rows about residents, with the column that says about whom. So a table that somebody adds later is
-- erased from without anybody having to think of it. Tables to which others refer come last.
CREATE VIEW identity.table_about_residents AS
SELECT pg_class.oid AS relation, attname AS person
FROM pg_class
JOIN pg_namespace ON pg_namespace.oid = relnamespace
JOIN pg_attribute ON attrelid = pg_class.oid
WHERE relkind IN ('r', 'p') AND NOT relispartition
    AND nspname NOT LIKE 'pg\_%' AND nspname <> 'information_schema'
    AND attname IN ('resident_id', 'principal_id') AND NOT attisdropped
    AND pg_class.oid <> 'identity.erasure_request'::regclass
ORDER BY EXISTS (SELECT FROM pg_constraint WHERE contype = 'f' AND confrelid = pg_class.oid),
    pg_class.oid = 'identity.principal'::regclass, pg_class.oid::regclass::text;
