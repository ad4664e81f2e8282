-- Goods that wait at their place, the oldest first; with `of_code`, only the goods under that code.
CREATE OR REPLACE FUNCTION rewards.waiting_pickups(of_code text, at timestamptz, at_most integer) RETURNS TABLE (
    redemption_id bigint, item text, version integer, begun_at timestamptz, held_until timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT redemption_id, item, version, begun_at, held_until
    FROM rewards.redemption
    WHERE state = 'held' AND pickup_code IS NOT NULL AND held_until > at
        AND (of_code IS NULL OR pickup_code = of_code)
    ORDER BY redemption_id LIMIT at_most
$$;

REVOKE EXECUTE ON FUNCTION rewards.waiting_pickups FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rewards.waiting_pickups TO wellness_api;
