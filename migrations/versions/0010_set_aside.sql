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

-- Staff see what waits and why, and no person.
CREATE FUNCTION work.what_is_set_aside(at_most integer) RETURNS TABLE (
    set_aside_id bigint, kind text, item text, reason text, since timestamptz, last_at timestamptz, tries integer,
    retry_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT set_aside_id, kind, item, reason, since, last_at, tries, retry_at
    FROM work.set_aside
    ORDER BY last_at DESC, set_aside_id DESC
    LIMIT at_most
$$;

CREATE FUNCTION work.count_set_aside() RETURNS TABLE (kind text, items bigint, oldest timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT kind, count(*), min(since) FROM work.set_aside GROUP BY kind
$$;

-- Lets an item be tried again, or all of a kind, or all (nulls); says how many. What nobody can try again by itself, an
-- upload that the phone has to send or the nightly proof, is forgotten until it fails once more.
CREATE FUNCTION work.release_set_aside(id bigint, of_kind text, at timestamptz) RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    WITH gone AS (
        DELETE FROM work.set_aside
        WHERE (id IS NULL OR set_aside_id = id) AND (of_kind IS NULL OR kind = of_kind) AND kind IN ('upload', 'proof')
        RETURNING 1
    ), released AS (
        UPDATE work.set_aside SET retry_at = at
        WHERE (id IS NULL OR set_aside_id = id) AND (of_kind IS NULL OR kind = of_kind) AND kind NOT IN ('upload', 'proof')
        RETURNING 1
    )
    SELECT (SELECT count(*) FROM gone) + (SELECT count(*) FROM released)
$$;

-- An upload that failed by an error of ours: nothing of it is stored, so this is all that is known of it. One row for each
-- resident and way, however often it is sent.
CREATE FUNCTION work.note_failed_upload(who bigint, way text, why text, at timestamptz) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    INSERT INTO work.set_aside AS noted (resident_id, kind, item, reason, since, last_at, tries)
    VALUES (who, 'upload', way, why, at, at, 1)
    ON CONFLICT (resident_id, kind, item) DO UPDATE
    SET reason = excluded.reason, last_at = excluded.last_at, tries = noted.tries + 1
$$;

REVOKE EXECUTE ON FUNCTION work.what_is_set_aside, work.count_set_aside, work.release_set_aside, work.note_failed_upload
    FROM PUBLIC;
GRANT EXECUTE ON FUNCTION work.what_is_set_aside, work.count_set_aside, work.release_set_aside, work.note_failed_upload
    TO wellness_api;

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
