-- Settlements with their sums. For each partner: the newest ones below a number, or the one of a span when a span is
-- named.
SELECT settlement AS number, made.partner, from_day AS first_day, to_day AS last_day, made_at,
    count(redemption_id) AS redemptions, coalesce(sum(line.points), 0) AS points,
    coalesce(sum(reward_item.worth), 0) AS worth
FROM unnest(:partners::text[]) AS asked (partner), LATERAL (
    SELECT *
    FROM rewards.settlement
    WHERE settlement.partner = asked.partner AND settlement < :below
        AND (:first_day::date IS NULL OR (from_day, to_day) = (:first_day, :last_day::date))
    ORDER BY settlement DESC
    LIMIT :settlements_max
) AS made
LEFT JOIN LATERAL rewards.settled_lines(made.settlement) AS line ON true
LEFT JOIN rewards.reward_item USING (item, version)
GROUP BY settlement, made.partner, from_day, to_day, made_at
ORDER BY settlement DESC
