-- What is set aside are a few rows, and of its kinds one is no more.
-- An index that nothing asks is gone in a moment, and so is a small table that nothing asks any more.
-- squawk-ignore-file ban-drop-constraint, constraint-missing-not-valid, ban-drop-table, require-concurrent-index-deletion, renaming-table

-- How long each sample of a segment lasts: nothing in it where that is the metric's usual length. Null in segments from
-- before: their samples last to the next one, or to the end of their minute.
-- `records`, `changed`: of samples of records that have ids, which record says it, and when that was last changed.
ALTER TABLE health.segment ADD lengths bytea, ADD records bytea, ADD changed bytea;

-- The days on which a record has samples, by metric. Null in rows from before, of which `times` tells the moments: their
-- samples stand in segments that do not name their records.
ALTER TABLE health.record ADD places bytea;
ALTER TABLE health.record ALTER times SET DEFAULT '';
DROP INDEX health.record_days;

-- Corrections become statements that stand beside the samples and are applied when these are read. Those of the table
-- before that are over were carried out as samples; those that are not hold from now on. `metric`: a code; null for any, as a source. `until_ms` is not included. `sequence`:
-- what was received before it was known when the correction was made.
ALTER TABLE health.correction RENAME TO carried_out_correction;
CREATE TABLE health.correction (
    resident_id bigint NOT NULL,
    correction_id uuid NOT NULL DEFAULT gen_random_uuid(),
    key uuid NOT NULL,
    kind text NOT NULL CHECK (kind IN ('deletion', 'shift')),
    asked_at timestamptz NOT NULL,
    sequence bigint NOT NULL,
    source text,
    metric text,
    from_ms bigint NOT NULL,
    until_ms bigint NOT NULL,
    by_ms bigint NOT NULL,
    PRIMARY KEY (resident_id, correction_id),
    UNIQUE (resident_id, key),
    CHECK (from_ms < until_ms)
);
INSERT INTO health.correction
    (resident_id, correction_id, key, kind, asked_at, sequence, source, metric, from_ms, until_ms, by_ms)
SELECT resident_id, correction_id, key, kind, asked_at, sequence, asked ->> 'source', asked ->> 'metric',
    extract(epoch FROM coalesce(asked ->> 'start', asked ->> 'from', '1999-01-01T00:00:00Z')::timestamptz) * 1000,
    extract(epoch FROM coalesce(asked ->> 'end', asked ->> 'to', '2999-01-01T00:00:00Z')::timestamptz) * 1000,
    coalesce((asked ->> 'seconds')::bigint, 0) * 1000
FROM health.carried_out_correction
WHERE ended_at IS NULL;
DROP TABLE health.carried_out_correction;

ALTER TABLE health.correction ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON health.correction TO wellness_api USING (resident_id = identity.current_resident());
CREATE POLICY processing ON health.correction TO wellness_worker USING (true);
GRANT SELECT, INSERT ON health.correction TO wellness_api;
GRANT SELECT, DELETE ON health.correction TO wellness_worker;

GRANT UPDATE (places) ON health.record TO wellness_api;
GRANT UPDATE (lengths, records, changed) ON health.segment TO wellness_worker;
GRANT UPDATE (sequence) ON health.deleted_source TO wellness_api;
GRANT SELECT ON health.day_summary TO wellness_api;

DELETE FROM work.set_aside WHERE kind = 'correction';
ALTER TABLE work.set_aside
    DROP CONSTRAINT set_aside_kind_check,
    ADD CONSTRAINT set_aside_kind_check CHECK (kind IN
        ('day', 'fold', 'import', 'erasure', 'closing', 'draw', 'indicators', 'proof', 'upload', 'chore', 'hold', 'programme'));
