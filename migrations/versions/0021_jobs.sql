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

-- Requests that came with a key of the client's choice, and what was answered (wellness_api/work/once/), for a day. `asked`: the digest
-- of method, address and body. `answer`: sealed by the key, of which there is a digest alone. No `status`: under way, broken off, or
-- given back (then `asked` is empty).
CREATE TABLE work.request (
    principal_id bigint NOT NULL REFERENCES identity.principal ON DELETE CASCADE,
    key_digest bytea NOT NULL,
    asked bytea NOT NULL,
    began_at timestamptz NOT NULL,
    status smallint,
    answer bytea,
    media_type text,
    PRIMARY KEY (principal_id, key_digest),
    CHECK ((status IS NULL) = (answer IS NULL)),
    CHECK ((status IS NULL) = (media_type IS NULL))
);
CREATE INDEX request_age ON work.request (began_at);

ALTER TABLE work.request ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON work.request TO wellness_api USING (principal_id = identity.current_resident());
CREATE POLICY processing ON work.request TO wellness_worker USING (true);
GRANT SELECT, INSERT, UPDATE (asked, began_at, status, answer, media_type) ON work.request TO wellness_api;
GRANT SELECT, DELETE ON work.request TO wellness_worker;

-- Chores have the names of their jobs now. What fails is set aside anew; what stands there from before nobody would take off.
DELETE FROM work.set_aside WHERE kind = 'chore';
