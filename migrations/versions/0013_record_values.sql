-- What a record said of each of its moments, and from which day on it speaks: whoever takes a moment back looks for the
-- other records that speak of it. `values`: of its samples by metric, in multiples; empty in rows from before, of which
-- nobody knows the values nor the first day.
ALTER TABLE health.record
    ADD first_day date NOT NULL DEFAULT '-infinity',
    ADD values bytea NOT NULL DEFAULT '';
CREATE INDEX record_days ON health.record (resident_id, last_day, first_day);

-- How often records of a resident were stored: uploads that speak of records take turns by it.
CREATE TABLE health.record_turn (
    resident_id bigint PRIMARY KEY,
    turn bigint NOT NULL
);
ALTER TABLE health.record_turn ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_of_many ON health.record_turn TO wellness_api
    USING (resident_id = ANY (identity.current_residents()));
CREATE POLICY own ON health.record_turn TO wellness_api USING (resident_id = identity.current_resident());
CREATE POLICY processing ON health.record_turn TO wellness_worker USING (true);
GRANT SELECT, INSERT, UPDATE ON health.record_turn TO wellness_api, wellness_worker;
