-- The redemptions of each partner that are in no settlement yet.
CREATE OR REPLACE FUNCTION rewards.unsettled() RETURNS TABLE (
    partner text, first_day date, last_day date, redemptions bigint, points bigint, worth bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT partner, min(confirmed_on), max(confirmed_on), count(*), sum(points), sum(worth)
    FROM (
        SELECT item, version, points, confirmed_on
        FROM rewards.redemption
        WHERE state = 'confirmed' AND NOT EXISTS (
            SELECT FROM rewards.settled_redemption settled
            WHERE settled.resident_id = redemption.resident_id AND settled.redemption_id = redemption.redemption_id)
        UNION ALL
        SELECT item, version, points, confirmed_on FROM rewards.erased_redemption WHERE settlement IS NULL
    ) AS open
    JOIN rewards.reward_item USING (item, version)
    WHERE partner IS NOT NULL
    GROUP BY partner
$$;

REVOKE EXECUTE ON FUNCTION rewards.unsettled FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rewards.unsettled TO wellness_api;
