-- What became of the turns of the worker's jobs (wellness_api/work/jobs/).
CREATE TABLE work.job (
    name text PRIMARY KEY,
    rests_seconds double precision NOT NULL,
    began_at timestamptz NOT NULL,
    ended_at timestamptz NOT NULL,
    failed_at timestamptz,
    error text,
    failures integer NOT NULL CHECK (failures >= 0),
    CHECK ((failed_at IS NULL) = (error IS NULL))
);

GRANT SELECT ON work.job TO wellness_api;
GRANT SELECT, INSERT, UPDATE ON work.job TO wellness_worker;
