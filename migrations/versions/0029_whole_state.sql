-- Of which spans somebody has said that an upload has all that a source has of a metric (wellness_api/health/samples/whole_states.py).
-- `spans`: where which of its sequences holds. `sequence`: when that was stored, among uploads. It is of use until `last_day` is
-- not kept any more.
CREATE TABLE health.whole_state (
    resident_id bigint NOT NULL,
    metric smallint NOT NULL,
    source text NOT NULL,
    sequence bigint NOT NULL,
    last_day date NOT NULL,
    spans bytea NOT NULL,
    PRIMARY KEY (resident_id, metric, source)
);

ALTER TABLE health.whole_state ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_of_many ON health.whole_state TO wellness_api
    USING (resident_id = ANY (identity.current_residents()));
CREATE POLICY own ON health.whole_state TO wellness_api USING (resident_id = identity.current_resident());
CREATE POLICY processing ON health.whole_state TO wellness_worker USING (true);
GRANT SELECT, INSERT, UPDATE ON health.whole_state TO wellness_api, wellness_worker;
