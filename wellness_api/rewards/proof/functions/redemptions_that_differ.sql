-- For the residents from `first_resident` to `last_resident`: redemptions that differ from the transfers that name
-- them, and transfers that name a redemption that does not exist, or name none at all. This is a function, since the
-- nightly check may not read voucher codes.
--
-- `differs`: `unknown` (there is no such redemption), `unnamed` (points were held or redeemed, and no redemption is
-- named), `unmoved` (no transfer names it), `points` (the item's price differs, or the points that moved), `state` (by
-- the transfers it ended otherwise), `times` (begun, ended or confirmed on another day), `unit` (its unit or code is
-- not the item's, or the unit is free).
CREATE OR REPLACE FUNCTION rewards.redemptions_that_differ(first_resident bigint, last_resident bigint)
RETURNS TABLE (resident_id bigint, redemption_id bigint, differs text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    WITH moved AS MATERIALIZED (
        SELECT resident_id, redemption_id,
            coalesce(sum(amount) FILTER (WHERE (debit_account, credit_account) = ('wallet', 'held')), 0) AS begun,
            coalesce(sum(amount) FILTER (WHERE credit_account = 'redeemed'), 0) AS redeemed,
            coalesce(sum(amount) FILTER (WHERE credit_account = 'donated'), 0) AS donated,
            coalesce(sum(amount) FILTER (WHERE debit_account = 'held' AND credit_account IN ('wallet', 'owed')), 0) AS returned,
            coalesce(sum(amount) FILTER (WHERE debit_account = 'redeemed'), 0) AS came_back,
            min(posted_at) FILTER (WHERE debit_account = 'wallet') AS begun_at,
            min(period_start) FILTER (WHERE debit_account = 'wallet') AS day,
            max(posted_at) FILTER (WHERE debit_account = 'held') AS ended_at
        FROM rewards.transfer
        WHERE resident_id BETWEEN first_resident AND last_resident AND redemption_id IS NOT NULL
        GROUP BY resident_id, redemption_id
    ), kept AS MATERIALIZED (
        SELECT redemption.*, kind, price_points, is_unlimited
        FROM rewards.redemption
        JOIN rewards.reward_item USING (item, version)
        WHERE resident_id BETWEEN first_resident AND last_resident
    ), compared AS (
        SELECT resident_id, redemption_id, CASE
            WHEN kept.item IS NULL THEN 'unknown'
            WHEN moved.begun IS NULL THEN 'unmoved'
            WHEN moved.begun IS DISTINCT FROM kept.points OR kept.points <> kept.price_points THEN 'points'
            WHEN moved.came_back > 0
                OR moved.returned <> CASE WHEN kept.state IN ('cancelled', 'lapsed') THEN kept.points ELSE 0 END
                OR moved.donated
                    <> CASE WHEN kept.state = 'confirmed' AND kept.kind = 'donation' THEN kept.points ELSE 0 END
                OR moved.redeemed
                    <> CASE WHEN kept.state = 'confirmed' AND kept.kind <> 'donation' THEN kept.points ELSE 0 END
                THEN 'state'
            WHEN (moved.begun_at, moved.day) IS DISTINCT FROM (kept.begun_at, kept.day)
                OR moved.ended_at IS DISTINCT FROM kept.ended_at
                OR abs(kept.confirmed_on - (kept.ended_at AT TIME ZONE 'UTC')::date) > 1
                THEN 'times'
            WHEN (kept.unit IS NULL) <> kept.is_unlimited
                OR (NOT kept.is_unlimited AND item_unit.unit IS NULL)
                OR (kept.state IN ('held', 'confirmed') AND NOT item_unit.is_taken)
                OR kept.voucher_code IS DISTINCT FROM CASE kept.state WHEN 'confirmed' THEN item_unit.code END
                THEN 'unit'
        END AS differs
        FROM moved
        FULL JOIN kept USING (resident_id, redemption_id)
        LEFT JOIN rewards.item_unit ON item_unit.item = kept.item AND item_unit.unit = kept.unit
    )
    SELECT resident_id, redemption_id, differs FROM compared WHERE differs IS NOT NULL
    UNION ALL
    -- What the city itself gives is no redemption.
    SELECT DISTINCT resident_id, NULL::bigint, 'unnamed'
    FROM rewards.transfer
    WHERE resident_id BETWEEN first_resident AND last_resident AND redemption_id IS NULL
        AND ('held' IN (debit_account, credit_account) OR 'redeemed' IN (debit_account, credit_account)
            OR (credit_account = 'donated' AND debit_account <> 'budget') OR debit_account = 'donated')
    ORDER BY 1, 2, 3
$$;

REVOKE EXECUTE ON FUNCTION rewards.redemptions_that_differ FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rewards.redemptions_that_differ TO wellness_worker;
