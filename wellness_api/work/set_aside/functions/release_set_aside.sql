-- Lets an item be tried again, or all of a kind, or all (nulls), and says how many. An upload, which the phone has to
-- send, and the nightly proof cannot be tried again from here. They are forgotten until they fail once more.
CREATE OR REPLACE FUNCTION work.release_set_aside(id bigint, of_kind text, at timestamptz) RETURNS bigint
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

REVOKE EXECUTE ON FUNCTION work.release_set_aside FROM PUBLIC;
GRANT EXECUTE ON FUNCTION work.release_set_aside TO wellness_api;
