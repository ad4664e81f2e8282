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

ALTER TABLE health.record ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_of_many ON health.record TO wellness_api
    USING (resident_id = ANY (identity.current_residents()));
CREATE POLICY own ON health.record TO wellness_api USING (resident_id = identity.current_resident());
CREATE POLICY processing ON health.record TO wellness_worker USING (true);
GRANT SELECT, INSERT, UPDATE ON health.record TO wellness_api;
GRANT SELECT, DELETE ON health.record TO wellness_worker;
