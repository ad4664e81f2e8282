-- Settlements with their sums, newest first: of a partner ($1) and a span ($2, $3), where these are given.
SELECT settlement AS number, made.partner, from_day AS first_day, to_day AS last_day, made_at,
    count(redemption_id) AS redemptions, coalesce(sum(line.points), 0) AS points,
    coalesce(sum(reward_item.worth), 0) AS worth
FROM (
    SELECT * FROM rewards.settlement
    WHERE ($1::text IS NULL OR partner = $1) AND ($2::date IS NULL OR (from_day, to_day) = ($2, $3::date))
    ORDER BY settlement DESC LIMIT $4
) AS made
LEFT JOIN LATERAL rewards.settled_lines(made.settlement) AS line ON true
LEFT JOIN rewards.reward_item USING (item, version)
GROUP BY settlement, made.partner, from_day, to_day, made_at
ORDER BY settlement DESC
