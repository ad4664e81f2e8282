-- Every redemption of a settlement. Erased residents have no account and no time in it.
CREATE OR REPLACE FUNCTION rewards.settled_lines(of_settlement bigint) RETURNS TABLE (
    redemption_id bigint, item text, version integer, points integer, confirmed_on date, confirmed_at timestamptz,
    account text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT redemption_id, item, version, points, confirmed_on, ended_at, account
    FROM rewards.settled_redemption
    JOIN rewards.redemption USING (resident_id, redemption_id)
    WHERE settlement = of_settlement
    UNION ALL
    SELECT redemption_id, item, version, points, confirmed_on, NULL, NULL
    FROM rewards.erased_redemption
    WHERE settlement = of_settlement
    ORDER BY redemption_id
$$;

REVOKE EXECUTE ON FUNCTION rewards.settled_lines FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rewards.settled_lines TO wellness_api;
