-- Functions and views stand in wellness_api/**/functions/*.sql from here on, and are applied after the migrations. Those
-- that migrations made so far are handed over: what no file names goes, the rest is made anew.
CREATE SCHEMA database;

-- What the database was last brought to: the newest migration, and the digest of all files of functions and views. A
-- process whose own differ does not serve.
CREATE TABLE database.applied (
    is_the_only_row boolean PRIMARY KEY DEFAULT true CHECK (is_the_only_row),
    revision text NOT NULL,
    digest bytea NOT NULL,
    applied_at timestamptz NOT NULL
);

-- By which names functions and views were applied; one that no file has any more is dropped. `digest`: of the file.
CREATE TABLE database.applied_function (
    name text PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN ('function', 'view')),
    digest bytea NOT NULL
);

INSERT INTO database.applied_function (name, kind, digest)
SELECT DISTINCT format('%s.%s', nspname, proname), 'function', bytea ''
FROM pg_proc
JOIN pg_namespace ON pg_namespace.oid = pronamespace
WHERE nspname IN ('identity', 'health', 'rewards', 'indicators', 'work')
UNION ALL
SELECT format('%s.%s', nspname, relname), 'view', bytea ''
FROM pg_class
JOIN pg_namespace ON pg_namespace.oid = relnamespace
WHERE relkind = 'v' AND nspname IN ('identity', 'health', 'rewards', 'indicators', 'work');

GRANT USAGE ON SCHEMA database TO wellness_api, wellness_worker;
GRANT SELECT ON database.applied TO wellness_api, wellness_worker;
