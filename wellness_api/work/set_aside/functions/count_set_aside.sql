-- How many items of each kind are set aside, and since when, for Prometheus.
CREATE OR REPLACE FUNCTION work.count_set_aside() RETURNS TABLE (kind text, items bigint, oldest timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT kind, count(*), min(since) FROM work.set_aside GROUP BY kind
$$;

REVOKE EXECUTE ON FUNCTION work.count_set_aside FROM PUBLIC;
GRANT EXECUTE ON FUNCTION work.count_set_aside TO wellness_api;
