-- What is set aside are a few rows, and its new check lets through whatever the old one did.
-- squawk-ignore-file ban-drop-constraint, constraint-missing-not-valid

-- Corrections of more days than are corrected within a request (wellness_api/health/corrections/). `key`: the digest of the
-- request's, of which the keys of its steps are made. `asked`: the source, metric, span and shift. `sequence`: what was
-- received after it is left alone. `days`: with samples that were received before; `day_done`: the last that is corrected.
-- `turn`: of several corrections the one of the lowest is next, and goes behind all others with each step.
CREATE TABLE health.correction (
    resident_id bigint NOT NULL,
    correction_id uuid NOT NULL DEFAULT gen_random_uuid(),
    key uuid NOT NULL,
    kind text NOT NULL CHECK (kind IN ('deletion', 'shift')),
    asked jsonb NOT NULL,
    asked_at timestamptz NOT NULL,
    sequence bigint NOT NULL,
    turn bigint NOT NULL,
    state text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'working', 'failed', 'done', 'refused')),
    days integer NOT NULL CHECK (days >= 0),
    days_done integer NOT NULL DEFAULT 0 CHECK (days_done >= 0),
    day_done date NOT NULL DEFAULT '-infinity',
    samples bigint NOT NULL DEFAULT 0 CHECK (samples >= 0),
    ended_at timestamptz,
    problem jsonb,
    PRIMARY KEY (resident_id, correction_id),
    UNIQUE (resident_id, key),
    CHECK ((ended_at IS NOT NULL) = (state IN ('done', 'refused'))),
    CHECK ((problem IS NOT NULL) = (state IN ('failed', 'refused')))
);
CREATE INDEX correction_to_carry_out ON health.correction (turn) WHERE ended_at IS NULL;

ALTER TABLE health.correction ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON health.correction TO wellness_api USING (resident_id = identity.current_resident());
CREATE POLICY processing ON health.correction TO wellness_worker USING (true);
GRANT SELECT, INSERT ON health.correction TO wellness_api;
GRANT SELECT, UPDATE, DELETE ON health.correction TO wellness_worker;
GRANT SELECT, INSERT, UPDATE ON health.deleted_source TO wellness_worker;
CREATE POLICY processing ON health.deleted_source TO wellness_worker USING (true);

ALTER TABLE work.set_aside
    DROP CONSTRAINT set_aside_kind_check,
    ADD CONSTRAINT set_aside_kind_check CHECK (kind IN
        ('day', 'fold', 'import', 'erasure', 'closing', 'draw', 'indicators', 'proof', 'upload', 'chore', 'hold',
        'programme', 'correction'));
