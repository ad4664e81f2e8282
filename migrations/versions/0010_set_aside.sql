-- Items of work that failed alone, by an error that says nothing about the server: they wait here with their reason, so that
-- nobody else waits for them. One way for every kind of work (wellness_api/work/set_aside/).
CREATE SCHEMA work;

-- `resident_id`: whom the item is about, 0 for nobody. `item`: which of the kind, for people to find it by; no name and
-- no measured value. `reason`: the error's type and place. `from_day`: of a closing, since which day it is owed.
-- `retry_at`: when it is tried again by itself; without one it waits until it is released, or something new comes.
CREATE TABLE work.set_aside (
    resident_id bigint NOT NULL,
    kind text NOT NULL CHECK (kind IN
        ('day', 'fold', 'import', 'erasure', 'closing', 'draw', 'indicators', 'proof', 'upload', 'chore')),
    item text NOT NULL,
    set_aside_id bigint GENERATED ALWAYS AS IDENTITY,
    reason text NOT NULL,
    since timestamptz NOT NULL,
    last_at timestamptz NOT NULL,
    tries integer NOT NULL CHECK (tries > 0),
    retry_at timestamptz,
    from_day date,
    PRIMARY KEY (resident_id, kind, item)
);

ALTER TABLE work.set_aside ENABLE ROW LEVEL SECURITY;
CREATE POLICY processing ON work.set_aside TO wellness_worker USING (true);
GRANT USAGE ON SCHEMA work TO wellness_api, wellness_worker;
GRANT SELECT, INSERT, UPDATE, DELETE ON work.set_aside TO wellness_worker;

-- Days that were set aside until now.
INSERT INTO work.set_aside (resident_id, kind, item, reason, since, last_at, tries)
SELECT resident_id, 'day', to_char(day, 'YYYY-MM-DD'), 'set aside by an earlier version', min(set_aside_at),
    max(set_aside_at), 1
FROM health.pending_day
WHERE set_aside_at IS NOT NULL
GROUP BY resident_id, day;
DELETE FROM health.pending_day WHERE set_aside_at IS NOT NULL;
DROP INDEX health.pending_day_sequence;
ALTER TABLE health.pending_day DROP COLUMN set_aside_at;
CREATE INDEX pending_day_sequence ON health.pending_day (sequence);
