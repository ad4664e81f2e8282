SELECT day, encode(seed, 'hex') AS seed
FROM rewards.lottery_seed
WHERE programme = $1
ORDER BY day DESC
LIMIT $2
