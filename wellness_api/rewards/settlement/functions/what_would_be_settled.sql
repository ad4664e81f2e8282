-- What `settle` would settle in the span, or has settled for exactly that span. It writes nothing, and nobody waits for
-- it.
CREATE OR REPLACE FUNCTION rewards.what_would_be_settled(with_partner text, first_day date, last_day date)
RETURNS TABLE (settlement bigint, redemptions bigint, points bigint, worth bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    WITH made AS (
        SELECT settlement FROM rewards.settlement
        WHERE partner = with_partner AND from_day = first_day AND to_day = last_day
    ), line AS (
        SELECT item, version, points
        FROM rewards.redemption
        JOIN rewards.reward_item USING (item, version)
        LEFT JOIN rewards.settled_redemption AS settled USING (resident_id, redemption_id)
        WHERE partner = with_partner AND state = 'confirmed' AND confirmed_on BETWEEN first_day AND last_day
            AND settled.settlement IS NOT DISTINCT FROM (SELECT settlement FROM made)
        UNION ALL
        SELECT item, version, points
        FROM rewards.erased_redemption
        JOIN rewards.reward_item USING (item, version)
        WHERE partner = with_partner AND confirmed_on BETWEEN first_day AND last_day
            AND erased_redemption.settlement IS NOT DISTINCT FROM (SELECT settlement FROM made)
    )
    SELECT (SELECT settlement FROM made), count(*), coalesce(sum(line.points), 0), coalesce(sum(worth), 0)
    FROM line
    JOIN rewards.reward_item USING (item, version)
$$;

REVOKE EXECUTE ON FUNCTION rewards.what_would_be_settled FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rewards.what_would_be_settled TO wellness_api;
