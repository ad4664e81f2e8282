SELECT first_day, encode(anchor, 'hex') AS anchor, made_at
FROM rewards.lottery_chain
WHERE programme = $1
ORDER BY first_day DESC
