-- One upload may bring 25,000 days, an import ten years. Who walked this morning does not wait for them: a day that was
-- more than two weeks over when its samples came is taken in from a queue of its own.
ALTER TABLE health.pending_day ADD COLUMN is_backlog boolean NOT NULL
    GENERATED ALWAYS AS (day < (received_at AT TIME ZONE 'UTC')::date - 14) STORED;
DROP INDEX health.pending_day_sequence;
CREATE INDEX pending_day_recent ON health.pending_day (sequence) WHERE NOT is_backlog;
CREATE INDEX pending_day_backlog ON health.pending_day (resident_id, sequence) WHERE is_backlog;
