-- What waits and why, for staff. It names no person.
CREATE OR REPLACE FUNCTION work.what_is_set_aside(at_most integer) RETURNS TABLE (
    set_aside_id bigint, kind text, item text, reason text, since timestamptz, last_at timestamptz, tries integer,
    retry_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT set_aside_id, kind, item, reason, since, last_at, tries, retry_at
    FROM work.set_aside
    ORDER BY last_at DESC, set_aside_id DESC
    LIMIT at_most
$$;

REVOKE EXECUTE ON FUNCTION work.what_is_set_aside FROM PUBLIC;
GRANT EXECUTE ON FUNCTION work.what_is_set_aside TO wellness_api;
