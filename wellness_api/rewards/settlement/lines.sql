SELECT redemption_id, item, version, name, points, worth, confirmed_on, confirmed_at, account
FROM rewards.settled_lines($1)
JOIN rewards.reward_item USING (item, version)
ORDER BY redemption_id
