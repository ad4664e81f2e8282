-- No receipt is kept of an upload that was new throughout: whoever sends it again says what it was.
ALTER TABLE health.upload ALTER receipt DROP NOT NULL;

-- Which samples came under which id of their sender, so that the sender can edit and delete them by it. Written only for
-- forms that have ids. `record`: a 128-bit digest of the id. `times`: of its samples by metric, not the samples; empty
-- once the sender deleted it. `last_day`: until when the row is of use, for housekeeping.
CREATE TABLE health.record (
    resident_id bigint NOT NULL,
    record uuid NOT NULL,
    revision bigint NOT NULL,
    sequence bigint NOT NULL,
    last_day date NOT NULL,
    source text NOT NULL,
    times bytea NOT NULL,
    PRIMARY KEY (resident_id, record)
);

-- Which sources a resident deleted: what came of them up to `sequence` is taken back, and they are listed no more.
CREATE TABLE health.deleted_source (
    resident_id bigint NOT NULL,
    source text NOT NULL,
    sequence bigint NOT NULL,
    PRIMARY KEY (resident_id, source)
);

ALTER TABLE health.record ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_of_many ON health.record TO wellness_api
    USING (resident_id = ANY (identity.current_residents()));
CREATE POLICY own ON health.record TO wellness_api USING (resident_id = identity.current_resident());
CREATE POLICY processing ON health.record TO wellness_worker USING (true);
GRANT SELECT, INSERT, UPDATE ON health.record TO wellness_api;

ALTER TABLE health.deleted_source ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON health.deleted_source TO wellness_api USING (resident_id = identity.current_resident());
GRANT SELECT, INSERT, UPDATE ON health.deleted_source TO wellness_api;
GRANT SELECT, DELETE ON health.record TO wellness_worker;
