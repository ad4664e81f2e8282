-- How often each item was redeemed, over all its versions.
CREATE OR REPLACE FUNCTION rewards.item_totals() RETURNS TABLE (
    item text, held bigint, confirmed bigint, cancelled bigint, lapsed bigint, points_redeemed bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT item, count(*) FILTER (WHERE state = 'held'), count(*) FILTER (WHERE state = 'confirmed'),
        count(*) FILTER (WHERE state = 'cancelled'), count(*) FILTER (WHERE state = 'lapsed'),
        coalesce(sum(points) FILTER (WHERE state = 'confirmed'), 0)
    FROM (
        SELECT item, state, points FROM rewards.redemption
        UNION ALL
        SELECT item, 'confirmed', points FROM rewards.erased_redemption
    ) AS redeemed
    GROUP BY item
$$;

REVOKE EXECUTE ON FUNCTION rewards.item_totals FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rewards.item_totals TO wellness_api;
