-- A resident's points and entries in each draw, as the ledger stands now. Points: earned by awards whose period ends
-- within the draw's days, less points that were taken back. Entries: bought with redemptions that were confirmed by the
-- last day for entries. Entries bought for a void draw that this draw replaces count too.
CREATE VIEW rewards.draw_standing WITH (security_invoker = true) AS
SELECT draw.code AS draw, counted.resident_id, counted.points_earned, counted.entries_bought,
    least(
        coalesce(counted.points_earned / draw.points_per_entry, 0) + counted.entries_bought,
        draw.entries_per_person_max
    )::integer AS entries
FROM rewards.draw
JOIN (
    SELECT draw, resident_id, greatest(sum(points), 0)::bigint AS points_earned, sum(bought)::bigint AS entries_bought
    FROM (
        SELECT draw.code AS draw, transfer.resident_id, 0 AS bought,
            CASE debit_account WHEN 'budget' THEN amount ELSE -amount END AS points
        FROM rewards.draw
        JOIN rewards.transfer ON transfer.programme = draw.programme
            AND transfer.period_end BETWEEN draw.entries_from AND draw.entries_to
        WHERE 'budget' IN (debit_account, credit_account) AND credit_account <> 'donated'
        UNION ALL
        SELECT draw.code, redemption.resident_id, 1, 0
        FROM rewards.draw
        JOIN rewards.reward_item ON reward_item.draw = ANY (draw.code || draw.takes_over)
        JOIN rewards.redemption USING (item, version)
        WHERE redemption.state = 'confirmed' AND redemption.confirmed_on <= draw.closes_on
    ) AS move
    GROUP BY draw, resident_id
) AS counted ON counted.draw = draw.code;

GRANT SELECT ON rewards.draw_standing TO wellness_api, wellness_worker;
