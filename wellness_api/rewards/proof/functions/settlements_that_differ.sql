-- Checks what partners are paid for, and the stock. It returns lines of settlements without a redemption, redemptions
-- that a settlement of their span has left out, and lines of erased residents that differ from the sums of their
-- transfers.
--
-- `differs`: `line`, `left_out`, `empty` (a settlement without lines, which nobody can have made); `erased` (the sums);
-- for an item `units` (the number of taken units differs from the redemptions) and `unit_twice` (two redemptions have
-- the same unit).
CREATE OR REPLACE FUNCTION rewards.settlements_that_differ()
RETURNS TABLE (settlement bigint, redemption_id bigint, item text, differs text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    WITH line AS (
        SELECT settled.settlement, settled.redemption_id, redemption.item, redemption.version, redemption.confirmed_on,
            redemption.points
        FROM rewards.settled_redemption AS settled
        LEFT JOIN rewards.redemption ON redemption.resident_id = settled.resident_id
            AND redemption.redemption_id = settled.redemption_id AND state = 'confirmed'
        UNION ALL
        SELECT settlement, redemption_id, item, version, confirmed_on, points
        FROM rewards.erased_redemption
        WHERE settlement IS NOT NULL
    ), unsettled AS (
        SELECT redemption_id, item, version, confirmed_on, ended_at
        FROM rewards.redemption
        WHERE state = 'confirmed' AND NOT EXISTS (
            SELECT FROM rewards.settled_redemption AS settled
            WHERE settled.resident_id = redemption.resident_id AND settled.redemption_id = redemption.redemption_id)
        UNION ALL
        SELECT redemption_id, item, version, confirmed_on, (confirmed_on + 2)::timestamp AT TIME ZONE 'UTC'
        FROM rewards.erased_redemption
        WHERE settlement IS NULL
    ), taken AS (
        SELECT item, count(*) AS units FROM rewards.item_unit WHERE is_taken GROUP BY item
    ), used AS (
        SELECT item, count(*) AS units
        FROM (
            SELECT item FROM rewards.redemption WHERE unit IS NOT NULL AND state IN ('held', 'confirmed')
            UNION ALL
            SELECT item FROM rewards.erased_redemption JOIN rewards.reward_item USING (item, version)
            WHERE NOT is_unlimited
        ) AS of_one
        GROUP BY item
    )
    SELECT line.settlement, line.redemption_id, line.item, 'line'
    FROM line
    LEFT JOIN rewards.settlement AS made ON made.settlement = line.settlement
    LEFT JOIN rewards.reward_item ON reward_item.item = line.item AND reward_item.version = line.version
    WHERE (reward_item.partner = made.partner AND line.confirmed_on BETWEEN made.from_day AND made.to_day
        AND line.points = reward_item.price_points) IS NOT TRUE
    UNION ALL
    -- One hour, since a redemption that was being confirmed may have been committed after the settlement.
    SELECT min(made.settlement), unsettled.redemption_id, unsettled.item, 'left_out'
    FROM unsettled
    JOIN rewards.reward_item USING (item, version)
    JOIN rewards.settlement AS made ON made.partner = reward_item.partner
        AND unsettled.confirmed_on BETWEEN made.from_day AND made.to_day
        AND made.made_at > unsettled.ended_at + interval '1 hour'
    GROUP BY unsettled.redemption_id, unsettled.item
    UNION ALL
    SELECT NULL, NULL, NULL, 'erased'
    FROM (
        SELECT credit_account = 'donated' AS is_donated, amount
        FROM rewards.erased_total
        WHERE debit_account = 'held' AND credit_account IN ('redeemed', 'donated')
        UNION ALL
        SELECT kind = 'donation', -points
        FROM rewards.erased_redemption
        JOIN rewards.reward_item USING (item, version)
    ) AS both_sides
    GROUP BY is_donated
    HAVING sum(amount) <> 0
    UNION ALL
    SELECT NULL, NULL, item, 'units'
    FROM taken FULL JOIN used USING (item)
    WHERE taken.units IS DISTINCT FROM used.units
    UNION ALL
    SELECT NULL, max(redemption_id), item, 'unit_twice'
    FROM rewards.redemption
    WHERE unit IS NOT NULL AND state IN ('held', 'confirmed')
    GROUP BY item, unit
    HAVING count(*) > 1
    UNION ALL
    SELECT made.settlement, NULL, NULL, 'empty'
    FROM rewards.settlement AS made
    WHERE NOT EXISTS (SELECT FROM line WHERE line.settlement = made.settlement)
    ORDER BY 4, 1, 2, 3
$$;

REVOKE EXECUTE ON FUNCTION rewards.settlements_that_differ FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rewards.settlements_that_differ TO wellness_worker;
